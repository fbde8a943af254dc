import type { HandlerRerun } from '../../../timeline/rerun-log.ts';
import type { TimelineEntry } from '../../../timeline/timeline.ts';
import type { OpenFailure } from '../rows/open-failures.ts';
import { latestAttempts } from '../runs/handler-standing.ts';
import { countedWords, countWords } from '../text/number-words.ts';
import { plainOrder } from '../text/text-order.ts';
import { visibleText } from '../text/visible-text.ts';

/** How many events each handler is to run for, the most first. */
export function countHandlers(
  failures: readonly OpenFailure[],
): readonly (readonly [handler: string, count: number])[] {
  const groups = Map.groupBy(failures, ({ handler }) => handler);
  return [...groups]
    .map(([handler, { length }]) => [handler, length] as const)
    .sort((a, b) => b[1] - a[1] || plainOrder(a[0], b[0]));
}

/** How handlers that were asked for have ended so far. @property gaveUp those that did so again. */
type RerunOutcomes = {
  readonly completed: number;
  readonly gaveUp: readonly OpenFailure[];
  readonly pending: number;
};

export function rerunOutcomes(
  asked: readonly OpenFailure[],
  entryOf: (eventId: string) => TimelineEntry | undefined,
): RerunOutcomes {
  const outcomes = asked.map((failure) => {
    const runs = latestAttempts(entryOf(failure.eventId)?.runs ?? []);
    const latest = runs.find(({ handler }) => handler === failure.handler);
    const outcome = latest !== undefined && latest.attempt > failure.attempt ? latest.outcome : 'failed';
    return { failure, outcome };
  });
  return {
    completed: outcomes.filter(({ outcome }) => outcome === 'completed').length,
    gaveUp: outcomes.flatMap(({ failure, outcome }) => (outcome === 'givenUp' ? [failure] : [])),
    pending: outcomes.filter(({ outcome }) => outcome === 'failed').length,
  };
}

/** `38 completed, 2 gave up again, 3 have not ended yet`. */
export function outcomesWords({ completed, gaveUp, pending }: RerunOutcomes): string {
  const parts = [
    completed === 0 ? '' : `${countWords(completed)} completed`,
    gaveUp.length === 0 ? '' : `${countWords(gaveUp.length)} gave up again`,
    pending === 0 ? '' : `${countWords(pending)} ${pending === 1 ? 'has' : 'have'} not ended yet`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** The words of the button, which say what it is about. */
export function rerunAllWords(count: number): string {
  return `Run again ${count === 1 ? 'the' : 'all'} ${countWords(count)} shown`;
}

/** What more there is that somebody has asked for. */
export function askedWords(asked: number): string {
  return `${countedWords(asked, 'other')} ${asked === 1 ? 'has' : 'have'} been asked for already and not ended; ${asked === 1 ? 'it is' : 'they are'} left out.`;
}

/** Who asked for a run: who they have shown to be, and who they say they are. */
export function askerWords({ how, by, claimedBy }: Pick<HandlerRerun, 'how' | 'by' | 'claimedBy'>): string {
  const who = by === null ? WAY_WORDS[how] : visibleText(by);
  return claimedBy === null ? who : `${who}, who says to be ${visibleText(claimedBy)}`;
}

const WAY_WORDS: Readonly<Record<HandlerRerun['how'], string>> = {
  open: 'somebody at the open page',
  token: 'somebody with the token',
  cloudflareAccess: 'somebody behind Cloudflare Access',
  alb: 'somebody behind the load balancer',
  dataDir: 'somebody at the data directory',
};
