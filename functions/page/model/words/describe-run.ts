import type { ContainerRun, RunState } from '../runs/container-run.ts';
import type { HandlerStanding } from '../runs/handler-standing.ts';
import type { Lane } from '../runs/lane.ts';
import { secondsWords } from '../text/number-words.ts';
import { visibleText } from '../text/visible-text.ts';
import type { MomentFormat } from '../time/moment-format.ts';

export const STATE_WORDS: Readonly<Record<RunState, string>> = {
  running: 'running',
  completed: 'completed',
  error: 'error',
  oomKilled: 'out of memory',
  unknown: 'end unknown',
  preparing: 'preparing',
};

export const STANDING_WORDS: Readonly<Record<HandlerStanding, string>> = {
  none: 'no handler has run',
  ok: 'handlers ok',
  retrying: 'handler retrying',
  givenUp: 'handler given up',
};

/** How a run ended, in few words: `exit 1 · Error`, `signal 9`; empty where there is nothing to say. */
export function describeExit({ exitCode, signal, reason, state }: ContainerRun): string {
  const code = exitCode === null ? null : `exit ${exitCode}`;
  const killed = signal === null || signal === 0 ? null : `signal ${signal}`;
  const why = state === 'completed' && reason === 'Completed' ? null : reason;
  return visibleText([code, killed, why].filter((part) => part !== null).join(' · '));
}

/** How it stands and how it ended: `error · exit 1 · Error`. */
export function outcomeWords(run: ContainerRun): string {
  const exit = describeExit(run);
  return `${STATE_WORDS[run.state]}${exit === '' ? '' : ` · ${exit}`}`;
}

/** A moment of which only the latest is known, where it is not known itself. */
export function momentWords(known: boolean, moment: string): string {
  return `${known ? '' : 'before '}${moment}`;
}

/** `container`, or what kind of container it is. */
export function containerWords({ containerKind }: Lane): string {
  return containerKind === 'app' ? 'container' : `${visibleText(containerKind, 40)} container`;
}

/** How long a run lasted, or has lasted by now. */
export function durationMs({ fromMs, toMs }: ContainerRun, nowMs: number): number {
  return Math.max(0, (toMs ?? nowMs) - fromMs);
}

/**
 * The same in words, as far as anyone can say: what began before it was first seen lasted at least so long, what ended
 * unseen at most.
 */
export function lastingWords(run: ContainerRun, nowMs: number): string {
  const { fromKnown, toKnown, toMs } = run;
  const lastMs = durationMs(run, nowMs);
  const words = secondsWords(lastMs);
  const endKnown = toKnown || toMs === null;
  if (fromKnown && endKnown) return words;
  if (lastMs === 0) return 'not known';
  if (fromKnown) return `at most ${words}`;
  return `${endKnown ? 'at least' : 'about'} ${words}`;
}

/** A run as a sentence, for those who do not see the drawing. */
export function describeRun(
  lane: Lane,
  run: ContainerRun,
  { nowMs, format }: { readonly nowMs: number; readonly format: MomentFormat },
): string {
  const exit = describeExit(run);
  const ended =
    run.toMs === null ? 'no end so far' : `ended ${momentWords(run.toKnown, format.time(run.toMs))}`;
  const parts = [
    `${STATE_WORDS[run.state]}${exit === '' ? '' : `, ${exit}`}`,
    `started ${momentWords(run.fromKnown, format.full(run.fromMs))}`,
    `${ended}, ${lastingWords(run, nowMs)}`,
    run.restartCount > 0 ? `restart ${run.restartCount}` : null,
    run.skippedRuns > 0
      ? `${run.skippedRuns} ${run.skippedRuns === 1 ? 'run before it was' : 'runs before it were'} not seen`
      : null,
    run.stop === null ? null : `stop requested ${format.time(run.stop.atMs)}`,
    run.marks.some(({ entry }) => entry.hook === 'hookFailed') ? 'a hook failed' : null,
    run.standing === 'none' ? null : STANDING_WORDS[run.standing],
  ];
  return `${visibleText(lane.pod)}, container ${visibleText(lane.container)}: ${parts.filter((part) => part !== null).join('; ')}.`;
}
