import type { Kind } from '../command/kind.ts';

/** Of a namespace or a container: an RFC 1123 label. */
export const nameValue: Kind<string> = {
  expected: 'a name of 1 to 63 of a-z, 0-9 and "-"',
  read: (given) => (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(given) ? given : undefined),
};

/** A label of a Pod, its value not empty. */
export const labelValue: Kind<readonly [string, string]> = {
  expected: 'a label KEY=VALUE, such as app=checkout',
  read(given) {
    const [, key, value] = /^([-A-Za-z0-9_./]{1,317})=([-A-Za-z0-9_.]{1,63})$/.exec(given) ?? [];
    return key === undefined || value === undefined ? undefined : [key, value];
  },
};
