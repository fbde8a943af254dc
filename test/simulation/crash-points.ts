/** Every step of the way of an event at which the watcher can die. */
export const CRASH_POINTS = [
  'opened',
  'bound',
  'request',
  'read',
  'beforeCommit',
  'insideTransaction',
  'afterCommit',
  'stored',
  'beforeSend',
  'received',
  'answered',
  'beforeRecord',
  'afterRecord',
  'purge',
  'anywhere',
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

/** Thrown where the watcher dies, so that nothing after it runs; whatever catches it can do no more. */
export class Crash extends Error {
  override readonly name = 'Crash';
}
