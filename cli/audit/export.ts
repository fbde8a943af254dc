import { toWire } from '../../functions/audit-api/wire-record.ts';
import { printable, printableJson } from '../../protocol/printable.ts';
import {
  type Command,
  type CommandInput,
  type CommandIo,
  EXIT,
  stringOption,
  UsageError,
} from '../terminal/command.ts';
import { type AuditSource, AuditSourceError } from './audit-source.ts';
import { createCountProgress } from './count-progress.ts';
import { type LineOutput, openOutput } from './line-output.ts';
import { WHICH_AUDIT, WHICH_AUDIT_HELP, withAuditSource } from './with-audit-source.ts';

const HELP = `Usage: offhook audit export [OPTIONS]

Writes the whole audit trail as JSON lines, chain by chain in the order of their positions: "stream",
"position", "previousHash", "hash", "content" (the text that is hashed), and of events "body": what was
received, in base64. "offhook audit verify --file" checks it as it checks the trail itself.

Options:
${WHICH_AUDIT_HELP}
  --stream NAME        only this chain
  --after POSITION     only what follows this position, to go on with an earlier export of a chain
  --output FILE        write there instead of standard output
  --force              overwrite FILE
  -h, --help           this text

Standard error says in the end what was written, and how to go on from there:

  offhook audit export --data-dir data --stream urn:offhook:cluster:… --after 4711 >> audit.jsonl

Exit code: 0; 1 when the audit trail cannot be read, or the file cannot be written; 2 for a mistake on
the command line.
`;

export const exportCommand: Command = {
  help: HELP,
  options: {
    ...WHICH_AUDIT,
    stream: { type: 'string' },
    after: { type: 'string' },
    output: { type: 'string' },
    force: { type: 'boolean' },
  },
  operands: 0,
  async run(input, io) {
    const after = readAfter(input);
    if (input.options.force && input.options.output === undefined)
      throw new UsageError('--force goes with --output');
    return withAuditSource(input, io, async (source) => {
      const streams = await chooseStreams(source, stringOption(input, 'stream'), after);
      const output = openOutput(stringOption(input, 'output'), { force: input.options.force === true, io });
      try {
        await exportChains(source, { streams, after, output, io });
      } finally {
        output.close();
      }
      return EXIT.ok;
    });
  },
};

type Export = {
  readonly streams: readonly string[];
  readonly after: number;
  readonly output: LineOutput;
  readonly io: Pick<CommandIo, 'stderr' | 'stop'>;
};

async function exportChains(source: AuditSource, { streams, after, output, io }: Export): Promise<void> {
  const progress = createCountProgress(io.stderr, 'records written');
  const ends = new Map<string, number>();
  let events = 0;
  for (const stream of streams) {
    for await (const entry of source.entries(stream, { after, bodies: true })) {
      io.stop.throwIfAborted();
      // The same JSON values, so it verifies as it is; but whoever looks at the file sees what it says.
      output.line(printableJson(JSON.stringify(toWire(entry))));
      if (entry.body !== undefined) events += 1;
      ends.set(stream, entry.record.position);
      progress.one();
    }
  }
  output.flush();
  progress.end();
  const chains = ends.size === 1 ? '1 chain' : `${ends.size} chains`;
  io.stderr.write(`Exported ${progress.count()} records of ${chains}, ${events} of them events.\n`);
  for (const [stream, position] of ends)
    io.stderr.write(`Go on with: --stream ${printable(stream)} --after ${position}\n`);
}

/** A position means something in one chain only. */
async function chooseStreams(source: AuditSource, stream: string | undefined, after: number) {
  const streams = await source.streams();
  if (stream !== undefined) {
    if (!streams.includes(stream))
      throw new AuditSourceError(
        `there is no chain ${stream}; there are: ${printable(streams.join(', ')) || 'none'}`,
      );
    return [stream];
  }
  if (after > 0 && streams.length > 1) {
    throw new AuditSourceError(
      `--after needs --stream, because there are several chains: ${printable(streams.join(', '))}`,
    );
  }
  return streams;
}

function readAfter(input: CommandInput): number {
  const text = stringOption(input, 'after') ?? '0';
  const position = Number(text);
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(position)) return position;
  throw new UsageError(`--after must be a position, a whole number from 0, not "${text}"`);
}
