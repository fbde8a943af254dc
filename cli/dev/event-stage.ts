import { printable } from '../../protocol/json/printable.ts';
/** What became of an event; times are wall milliseconds, durations milliseconds. */
export type EventStage = { readonly hook: string; readonly name: string; readonly atMs: number } & (
  | { readonly kind: 'seen'; readonly observation: string; readonly detail: string }
  | {
      readonly kind: 'delivered';
      readonly outcome: string;
      readonly reason: string | null;
      readonly status: number | null;
      readonly attempt: number;
      readonly durationMs: number;
      readonly sinceSeenMs: number;
    }
  | {
      readonly kind: 'handled';
      readonly handler: string;
      readonly outcome: string;
      readonly attempt: number;
      readonly error: string | null;
      readonly durationMs: number;
      readonly sinceSeenMs: number;
    }
);

const COLOUR = { seen: '\x1b[36m', delivered: '\x1b[34m', handled: '\x1b[32m', failed: '\x1b[31m' } as const;
const RESET = '\x1b[0m';
const STAGE_WIDTH = 'delivered'.length;
const HOOK_WIDTH = 'hookFailed'.length;
const NAME_WIDTH = 28;

/** One line of `offhook dev`: when, which stage, which event, how it went and how long it took. */
export function formatStage(stage: EventStage, colour: boolean): string {
  const word = stage.kind.padEnd(STAGE_WIDTH);
  const painted = colour ? `${COLOUR[hasFailed(stage) ? 'failed' : stage.kind]}${word}${RESET}` : word;
  const clock = new Date(stage.atMs).toISOString().slice(11, 23);
  const name = printable(stage.name).padEnd(NAME_WIDTH);
  return [clock, painted, printable(stage.hook).padEnd(HOOK_WIDTH), name, printable(detail(stage))]
    .join('  ')
    .trimEnd();
}

/** Whether the delivery or the handler's run did not end well. */
export function hasFailed(stage: EventStage): boolean {
  return stage.kind !== 'seen' && stage.outcome !== 'delivered' && stage.outcome !== 'completed';
}

function detail(stage: EventStage): string {
  switch (stage.kind) {
    case 'seen':
      return [stage.observation, stage.detail].filter((part) => part !== '').join(', ');
    case 'delivered': {
      const result = stage.outcome === 'delivered' ? `${stage.status}` : `${stage.outcome}: ${stage.reason}`;
      return `${result}${again(stage.attempt)} in ${milliseconds(stage.durationMs)}, ${milliseconds(stage.sinceSeenMs)} after seen`;
    }
    case 'handled': {
      const result =
        stage.error === null ? stage.handler : `${stage.handler} ${stage.outcome}: ${stage.error}`;
      return `${result}${again(stage.attempt)} in ${milliseconds(stage.durationMs)}, ${milliseconds(stage.sinceSeenMs)} after seen`;
    }
    default:
      return stage satisfies never;
  }
}

function again(attempt: number): string {
  return attempt > 1 ? ` (attempt ${attempt})` : '';
}

function milliseconds(durationMs: number): string {
  return `${Math.max(0, Math.round(durationMs))} ms`;
}
