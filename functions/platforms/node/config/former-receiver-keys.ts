import type { RenamedKey } from '../../../../settings/renamed-keys.ts';

/** Names that keys of `offhook-receiver.yaml` had before; they still work, and whoever starts a receiver is told of them. */
export const FORMER_RECEIVER_KEYS: readonly RenamedKey[] = [
  {
    was: 'audit.retentionDays',
    now: 'audit.retention',
    convert: (days) => (typeof days === 'number' ? `${days}d` : days),
  },
  { was: 'audit.checkpoints.directory', now: 'audit.checkpoints.dir' },
];
