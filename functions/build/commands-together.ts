/** What the command line is before a command runs, and its smallest command: nearly all of it is in every other, too. */
const EVERYWHERE = ['cli/main.ts', 'cli/explain/print-explanation.ts'];

/** What reads a configuration, or a journal. */
const ON_SITE = [
  'cli/explain/asked-subscriptions.ts',
  'cli/journal/enable-by-name.ts',
  'cli/journal/print-event.ts',
  'cli/journal/print-events.ts',
  'cli/journal/print-status.ts',
  'cli/journal/purge-events.ts',
  'cli/journal/replay-events.ts',
  'cli/journal/retry-deliveries.ts',
];

/** They read neither. */
const WITHOUT = [
  'cli/audit/export-trail.ts',
  'cli/audit/print-records.ts',
  'cli/audit/verify-trail.ts',
  'cli/handlers/print-failures.ts',
  'cli/handlers/rerun-failures.ts',
];

/** Nor does what is to stay small: the smallest command, and what only watches over another process. */
const SMALL = [...EVERYWHERE, 'cli/receive/supervise-receiver.ts'];

/** Commands that load much the same, so that one may load all that the others do. */
const ALIKE = [
  ['cli/dev/run-dev.ts', 'cli/listen/run-listen.ts'],
  [
    'cli/doctor/run-doctor.ts',
    'cli/subscription/describe-subscription.ts',
    'cli/subscription/hold-subscription.ts',
    'cli/subscription/print-subscriptions.ts',
    'cli/subscription/test-subscription.ts',
  ],
];

/**
 * What is bundled to be loaded together with a module that the command line imports when it needs it, in few files and not
 * in many.
 *
 * @param module its path in the checkout.
 */
export function commandsTogether(module: string): readonly string[] {
  const others = SMALL.includes(module) ? [] : WITHOUT.includes(module) ? WITHOUT : ON_SITE;
  const alike = ALIKE.find((modules) => modules.includes(module)) ?? [];
  return [...EVERYWHERE, ...others, ...alike].filter((other) => other !== module);
}
