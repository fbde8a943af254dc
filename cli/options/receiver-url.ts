import type { Kind } from '../command/kind.ts';

/** The URL of a receiver, with a slash at its end, so that what is below it can be named. */
export const receiverUrl: Kind<URL> = {
  expected: 'an http(s) URL such as https://bridge.example.workers.dev, without a user and a query',
  hidden: true,
  read(given) {
    const url = URL.parse(given.endsWith('/') ? given : `${given}/`);
    const isUsable =
      url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '';
    return isUsable ? url : undefined;
  },
};
