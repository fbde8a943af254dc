import { HOOK_NAMES, type HookName, hookOf, isNamed } from '../../functions/hooks/hook-name.ts';
import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import type { SampleName } from '../../protocol/sample/sample-data.ts';
import type { SampleChange } from './change-value.ts';

/** What can be sent: whatever handlers are registered for, and `postStopAmended`, as samples call `postStop.amended`. */
export const SENT_NAMES = [...HOOK_NAMES, 'postStopAmended'] as const;
export type SentName = HookName | 'postStopAmended';

/** What the narrower names say of their hook's sample, as `--set` would. */
const SAYS: Readonly<Partial<Record<HookName, Readonly<Record<string, string>>>>> = {
  'preStop.evicted': { 'stop.trigger': 'evicted' },
  'preStop.killing': { 'stop.trigger': 'killing' },
  'preStop.vanished': { 'stop.trigger': 'vanished' },
  'postStop.failed': { 'exit.code': '1' },
  'postStop.unknown': { 'exit.code': 'null', 'exit.reason': 'null' },
  'postStop.oomKilled': { 'exit.code': '137', 'exit.reason': 'OOMKilled' },
  'hookFailed.preStop': { failed: 'preStop' },
  'gap.epochChanged': { why: 'epochChanged' },
  'gap.journalLost': { why: 'journalLost' },
};

/** The sample of a name, and what has to be said otherwise in it. */
export function sampleOf(name: SentName): {
  readonly sample: SampleName;
  readonly changes: readonly SampleChange[];
} {
  if (name === 'postStopAmended' || name === 'postStop.amended') {
    return { sample: 'postStopAmended', changes: [] };
  }
  const changes = Object.entries(SAYS[name] ?? {}).map(([path, text]) => ({ path, text }));
  return { sample: hookOf(name), changes };
}

/** Whether a sample that was changed still is what its name says. */
export function isStill(name: SentName, event: LifecycleEvent): boolean {
  return isNamed(name === 'postStopAmended' ? 'postStop.amended' : name, event);
}
