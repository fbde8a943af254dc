import { DELIVERY_STATES, type EventFilter } from '../../watcher/journal/records/event-list.ts';
import { defineCommand } from '../command/command.ts';
import { MISTAKE_OR_CONFIGURATION } from '../command/exit-code.ts';
import { onlyGiven } from '../command/only-given.ts';
import { textValue, wholeNumberValue, wordValue } from '../command/value-kinds.ts';
import { HOOK, NAMESPACE, SINCE, UNTIL } from '../options/event-filter.ts';
import { JSON_LINES } from '../options/json.ts';
import { LIMIT } from '../options/page-of-list.ts';
import { WHICH_JOURNAL } from './which-journal.ts';

export const journalListCommand = defineCommand({
  name: 'list',
  summary: 'stored events, the latest first',
  about: 'Lists stored events, the latest first. Never writes; a running watcher does not notice.',
  options: {
    since: SINCE,
    until: UNTIL,
    hook: HOOK,
    namespace: NAMESPACE,
    subscription: { placeholder: 'NAME', kind: textValue, help: 'events meant for this subscription' },
    state: {
      placeholder: 'STATE',
      kind: wordValue(DELIVERY_STATES),
      help: 'pending, delivered or dead: with a delivery in this state; with --subscription, the delivery to that one',
    },
    limit: LIMIT,
    after: {
      placeholder: 'SEQUENCE',
      kind: wholeNumberValue(1, Number.MAX_SAFE_INTEGER),
      help: 'go on behind this event, the last one of the page before',
      formerly: 'cursor',
    },
    ...WHICH_JOURNAL,
    json: { ...JSON_LINES, help: `${JSON_LINES.help}; its "sequence" is what --after takes` },
  },
  exitCodes: {
    0: '(also when nothing matches)',
    1: 'when there is no journal or it cannot be read',
    2: MISTAKE_OR_CONFIGURATION,
  },
  async run({ since, until, hook, namespace, subscription, state, limit, after, json, ...which }, io) {
    const filter: EventFilter = onlyGiven({
      sinceMs: since,
      untilMs: until,
      hook,
      namespace,
      subscription,
      state,
    });
    const page = { before: after ?? Number.MAX_SAFE_INTEGER, limit };
    return (await import('./print-events.ts')).printEvents({ which, filter, page, json }, io);
  },
});
