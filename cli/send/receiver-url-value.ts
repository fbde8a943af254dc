import type { Kind } from '../command/kind.ts';

/** Where a receiver takes events; never shown, because people put tokens into URLs. */
export const receiverUrlValue: Kind<URL> = {
  expected: 'an http(s) URL such as https://bridge.example.workers.dev/events, without a user and a fragment',
  hidden: true,
  read(given) {
    const url = URL.parse(given);
    const isUsable =
      url !== null &&
      /^https?:$/.test(url.protocol) &&
      url.username === '' &&
      url.password === '' &&
      !given.includes('#');
    return isUsable ? url : undefined;
  },
};
