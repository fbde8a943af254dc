import type { Kind } from '../command/kind.ts';

/** `exit.code=137` of `--set`: where in the event's data, and the text for it. */
export type SampleChange = { readonly path: string; readonly text: string };

export const changeValue: Kind<SampleChange> = {
  expected: 'PATH=VALUE, such as exit.code=137',
  read(given) {
    const equals = given.indexOf('=');
    return equals < 1 ? undefined : { path: given.slice(0, equals), text: given.slice(equals + 1) };
  },
};
