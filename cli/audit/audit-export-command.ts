import { defineCommand } from '../command/command.ts';
import { MISTAKE } from '../command/exit-code.ts';
import type { Kind } from '../command/kind.ts';
import { textValue, wholeNumberValue } from '../command/value-kinds.ts';
import { WHICH_AUDIT } from './which-audit.ts';

const ABOUT = `
Writes the whole audit trail as JSON lines, chain by chain in the order of their positions: "stream",
"position", "previousHash", "hash", "content" (the text that is hashed), and of events "body": what was
received, in base64. "offhook audit verify --file" checks it as it checks the trail itself.
`;

const anyPosition = wholeNumberValue(0, Number.MAX_SAFE_INTEGER);
const position: Kind<number> = { ...anyPosition, expected: `a position, ${anyPosition.expected}` };

export const auditExportCommand = defineCommand({
  name: 'export',
  summary: 'all records with the events they are of, as JSON lines',
  about: ABOUT,
  options: {
    ...WHICH_AUDIT,
    stream: { placeholder: 'NAME', kind: textValue, help: 'only this chain' },
    after: {
      placeholder: 'POSITION',
      kind: position,
      help: 'only what follows this position, to go on with an earlier export of a chain',
    },
    out: {
      placeholder: 'FILE',
      kind: textValue,
      help: 'write there instead of standard output',
      formerly: 'output',
    },
    force: { help: 'overwrite FILE', goesWith: { out: '' } },
  },
  notes: 'Standard error says in the end what was written, and how to go on from there.',
  examples: [
    'offhook audit export --data-dir data --stream urn:offhook:cluster:… --after 4711 >> audit.jsonl',
  ],
  exitCodes: {
    0: '',
    1: 'when the audit trail cannot be read, or the file cannot be written',
    2: MISTAKE,
  },
  run: async (values, io) => (await import('./export-trail.ts')).exportTrail(values, io),
});
