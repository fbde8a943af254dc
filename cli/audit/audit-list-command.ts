import type { AuditFilter } from '../../functions/audit/audit-reader.ts';
import { END_OUTCOMES } from '../../functions/timeline/event-facts.ts';
import { RUN_OUTCOMES } from '../../functions/timeline/run-log.ts';
import { defineCommand } from '../command/command.ts';
import { MISTAKE } from '../command/exit-code.ts';
import type { Kind } from '../command/kind.ts';
import { onlyGiven } from '../command/only-given.ts';
import { textValue, wholeNumberValue, wordValue } from '../command/value-kinds.ts';
import { CONTAINER, HOOK, NAMESPACE, POD, SINCE, UNTIL } from '../options/event-filter.ts';
import { eventIdValue } from '../options/event-name.ts';
import { JSON_LINES } from '../options/json.ts';
import { LIMIT } from '../options/page-of-list.ts';
import { WHICH_AUDIT } from './which-audit.ts';

const ABOUT = `
Lists what the audit trail holds, the latest first: events, runs of handlers, and what the retention
removed. Runs name no container, so filters about containers find events; with --with-runs what
their handlers did stands below each. Never writes; a running receiver does not notice.
`;

/** Of Kubernetes: 32 bits with a sign. */
const exitCodeValue: Kind<number> = {
  ...wholeNumberValue(-(2 ** 31), 2 ** 31 - 1),
  expected: 'a whole number such as 137',
};

export const auditListCommand = defineCommand({
  name: 'list',
  summary: 'events and handler runs, the latest first',
  about: ABOUT,
  options: {
    since: SINCE,
    until: UNTIL,
    cluster: { placeholder: 'NAME', kind: textValue, help: "the cluster's name" },
    namespace: NAMESPACE,
    pod: POD,
    container: CONTAINER,
    hook: HOOK,
    'exit-code': { placeholder: 'N', kind: exitCodeValue, help: 'of the container, on postStop' },
    outcome: {
      placeholder: 'WORD',
      kind: wordValue(END_OUTCOMES),
      help: `how the container ended: ${END_OUTCOMES.join(', ')}`,
    },
    'with-runs': { help: 'events only, each with the runs of its handlers below it; --limit counts events' },
    handler: { placeholder: 'NAME', kind: textValue, help: 'runs of this handler' },
    'handler-outcome': {
      placeholder: 'WORD',
      kind: wordValue(RUN_OUTCOMES),
      help: `runs that ended so: ${RUN_OUTCOMES.join(', ')}`,
    },
    event: { placeholder: 'ID', kind: eventIdValue, help: 'this event and the runs for it' },
    limit: LIMIT,
    after: {
      placeholder: 'CURSOR',
      kind: textValue,
      help: 'go on behind the page before, whose end names it',
    },
    ...WHICH_AUDIT,
    json: JSON_LINES,
  },
  exitCodes: { 0: '(also when nothing matches)', 1: 'when the audit trail cannot be read', 2: MISTAKE },
  async run({ limit, after, json, dataDir, url, tokenFile, file, withRuns, ...wanted }, io) {
    const { since, until, event, ...same } = wanted;
    const filter: AuditFilter = onlyGiven({ ...same, fromMs: since, toMs: until, eventId: event });
    const which = { dataDir, url, tokenFile, file };
    const { printRecords } = await import('./print-records.ts');
    return printRecords({ which, filter, withRuns, page: { limit, after }, json }, io);
  },
});
