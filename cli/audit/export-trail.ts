import { toWire } from '../../functions/audit-api/wire-record.ts';
import { printable } from '../../protocol/json/printable.ts';
import { counted } from '../../settings/counted.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { createCountProgress } from '../terminal/count-progress.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { type AuditSource, AuditSourceError } from './audit-source.ts';
import { type LineOutput, openLineOutput } from './line-output.ts';
import type { WhichAudit } from './which-audit.ts';
import { withAuditSource } from './with-audit-source.ts';

/** What of which audit trail goes where; `after`: a position, of one chain only. */
type ExportOptions = WhichAudit & {
  readonly stream: string | undefined;
  readonly after: number | undefined;
  readonly out: string | undefined;
  readonly force: boolean;
};

/** Writes the records of an audit trail as lines; returns the exit code. */
export function exportTrail(options: ExportOptions, io: CommandIo): Promise<number> {
  const { stream, after = 0, out: file, force } = options;
  return withAuditSource(options, io, async (source) => {
    const streams = await chooseStreams(source, stream, after);
    const output = openLineOutput(file, { force, io });
    try {
      await exportChains(source, { streams, after, output, io });
    } finally {
      output.close();
    }
    return EXIT.ok;
  });
}

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
      output.write(jsonLine(toWire(entry)));
      if (entry.body !== undefined) events += 1;
      ends.set(stream, entry.record.position);
      progress.one();
    }
  }
  output.flush();
  progress.end();
  const chains = counted(ends.size, 'chain');
  io.stderr.write(
    `Exported ${counted(progress.count(), 'record')} of ${chains}, ${events} of them events.\n`,
  );
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
