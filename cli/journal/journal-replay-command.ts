import type { EventName } from '../../watcher/journal/records/event-history.ts';
import { defineCommand } from '../command/command.ts';
import { MISTAKE_OR_CONFIGURATION } from '../command/exit-code.ts';
import { UsageError } from '../command/usage-error.ts';
import { durationValue, textValue } from '../command/value-kinds.ts';
import { EVENT } from '../options/event-name.ts';
import { JSON_RESULT } from '../options/json.ts';
import { WHICH_JOURNAL } from './which-journal.ts';

const ABOUT = `
Sends a stored event again, to the subscription or to all that it was meant for; or, without an event,
all dead letters of a subscription. The same bytes go out under the same id, signed anew, with the whole
retry schedule before them. A receiver that has handled the id may skip it.

A running watcher sends within a second, and this command looks on until it has; without a watcher the
events wait for its next start.
`;

export const journalReplayCommand = defineCommand({
  name: 'replay',
  summary: 'send an event, or all dead letters of a subscription, again',
  usage: [`${EVENT.placeholder} [--subscription NAME] [OPTIONS]`, '--subscription NAME [OPTIONS]'],
  about: ABOUT,
  operands: { event: { ...EVENT, optional: true } },
  options: {
    subscription: { placeholder: 'NAME', kind: textValue, help: 'to this subscription' },
    'dry-run': { help: 'say what would be sent' },
    'no-wait': { help: 'do not look on' },
    timeout: {
      placeholder: 'DURATION',
      kind: durationValue,
      help: 'look on at most so long',
      default: '5m',
      formerly: 'wait',
    },
    ...WHICH_JOURNAL,
    json: JSON_RESULT,
  },
  exitCodes: {
    0: 'when all of it is queued and, where it looked on, delivered',
    1: 'when nothing could be queued, something was given up again, or is still pending after --timeout',
    2: MISTAKE_OR_CONFIGURATION,
  },
  async run({ event, subscription, dryRun, noWait, timeout, json, ...which }, io) {
    const target = targetOf(event, subscription);
    const { replayEvents } = await import('./replay-events.ts');
    return replayEvents({ which, target, settings: { dryRun, waitMs: noWait ? 0 : timeout, json } }, io);
  },
});

function targetOf(event: EventName | undefined, subscription: string | undefined) {
  if (event !== undefined) return { kind: 'event', event, subscription } as const;
  if (subscription !== undefined) return { kind: 'deadLetters', subscription } as const;
  throw new UsageError(`expected ${EVENT.wanted}, or --subscription for its dead letters`);
}
