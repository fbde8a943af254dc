import type { ExpectedHook } from './traces.ts';

/** All that every report states of a hook, to compare; the reason of an end without a code is left to the watcher. */
export function reportedHook(hook: ExpectedHook): string {
  const { container, containerID, observation, exitCode = null, reason = null, amended = false } = hook;
  const end = exitCode === null ? [null] : [exitCode, reason];
  return JSON.stringify([hook.hook, container, containerID || null, observation, ...end, amended]);
}

/** The triggers of the preStops, in order. Not every report states them. */
export function triggers(hooks: readonly ExpectedHook[]): readonly (string | undefined)[] {
  return hooks.filter(({ hook }) => hook === 'preStop').map(({ trigger }) => trigger);
}
