import type { RenamedKey } from '../../settings/renamed-keys.ts';

/** Names that keys of `offhook.yaml` had before; they still work, and whoever starts a watcher is told of them. */
export const FORMER_WATCHER_KEYS: readonly RenamedKey[] = [
  { was: 'journal.directory', now: 'dataDir' },
  { was: 'server', now: 'listen' },
  { was: 'subscriptions[].secretFile', now: 'subscriptions[].signingSecretFile' },
  { was: 'subscriptions[].secretEnv', now: 'subscriptions[].signingSecretEnv' },
  {
    was: 'subscriptions[].timeoutSeconds',
    now: 'subscriptions[].timeout',
    convert: (seconds) => (typeof seconds === 'number' ? `${seconds}s` : seconds),
  },
];
