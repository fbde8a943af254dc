import { defineCommand } from '../command/command.ts';
import { MISTAKE } from '../command/exit-code.ts';
import { textValue } from '../command/value-kinds.ts';
import { JSON_LINES } from '../options/json.ts';
import { LIMIT } from '../options/page-of-list.ts';
import { FAILURE_FILTER, failureFilterOf } from './failure-filter.ts';
import { WHICH_RECEIVER } from './which-receiver.ts';

const ABOUT = `
Lists handlers that gave up on an event, the latest first: one line for each pair, with what became of it
since. --open leaves out those that have succeeded meanwhile. Never writes.
`;

export const handlersListCommand = defineCommand({
  name: 'list',
  summary: 'handlers that gave up, and what became of it',
  about: ABOUT,
  options: {
    open: { help: 'only those that have not succeeded since' },
    ...FAILURE_FILTER,
    limit: LIMIT,
    after: {
      placeholder: 'CURSOR',
      kind: textValue,
      help: 'go on behind the page before, whose end names it',
    },
    ...WHICH_RECEIVER,
    json: JSON_LINES,
  },
  examples: [
    'offhook handlers list --open --since 12h --url https://bridge.example.com --token-file page.token',
  ],
  exitCodes: { 0: '(also when nothing matches)', 1: 'when the receiver cannot be asked', 2: MISTAKE },
  async run({ open, limit, after, json, dataDir, url, tokenFile, ...wanted }, io) {
    const filter = { ...failureFilterOf(wanted), ...(open && { open }) };
    const { printFailures } = await import('./print-failures.ts');
    return printFailures({ which: { dataDir, url, tokenFile }, filter, page: { limit, after }, json }, io);
  },
});
