import type { Checkpoint } from '../../functions/audit/checkpoint/checkpoint.ts';
import {
  type CheckpointsVerdict,
  verifyCheckpoints,
} from '../../functions/audit/checkpoint/verify-checkpoints.ts';
import { verifyChain } from '../../functions/audit/verify/verify-chain.ts';
import type { ChainVerdict } from '../../functions/audit/verify/verify-verdict.ts';
import type { Verifier } from '../../protocol/signature/verify.ts';
import {
  type Command,
  type CommandInput,
  type CommandIo,
  EXIT,
  stringOption,
  UsageError,
} from '../terminal/command.ts';
import type { AuditSource } from './audit-source.ts';
import { createCountProgress } from './count-progress.ts';
import { readCheckpoints } from './read-checkpoints.ts';
import { readVerifier } from './read-verifier.ts';
import { isVerified, reportJson, reportText, type VerifyReport } from './verify-report.ts';
import { WHICH_AUDIT, WHICH_AUDIT_HELP, withAuditSource } from './with-audit-source.ts';

const HELP = `Usage: offhook audit verify [OPTIONS]

Checks every chain of an audit trail from its first record to its last: that no record was changed, removed,
added or moved, and that what is kept of each event is what was received. Names the first record of a
chain that is wrong. Never writes.

What a chain cannot show by itself are records that are missing at its end, or a chain that was computed
anew as a whole. Checkpoints show that, as far as they reach.

Options:
${WHICH_AUDIT_HELP}
  --checkpoints DIR    signed checkpoints, as a receiver wrote them, or copied from a bucket
  --key FILE           key of the checkpoints: whpk_… (Ed25519) or whsec_…; several after a rotation
  --signing-key FILE   keys of the events: whsec_… or whpk_…, also former ones, at most eight;
                       verifies the signature of every event again
  --trust-bus          events may have come over a bus that checks who puts to it: those without a
                       signature, or with one that nobody has verified, are counted and no fault
  --no-bodies          only the chains: what is kept of the events is not read
  --json               one JSON object
  -h, --help           this text

Exit code: 0 when everything is as it was written; 1 when something is not, when there is no record at
all, or when it cannot be read; 2 for a mistake on the command line.
`;

export const verifyCommand: Command = {
  help: HELP,
  options: {
    ...WHICH_AUDIT,
    checkpoints: { type: 'string' },
    key: { type: 'string' },
    'signing-key': { type: 'string' },
    'trust-bus': { type: 'boolean' },
    'no-bodies': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  operands: 0,
  async run(input, io) {
    checkOptions(input);
    return withAuditSource(input, io, async (source) => {
      // Before the chains: what is signed while those are read must not count as missing.
      const checkpointKey = await readVerifier(input, 'key');
      const checkpoints = await readAttested(input, checkpointKey);
      const verifier = await readVerifier(input, 'signing-key');
      const chains = await verifyChains(source, { input, io, verifier, checkpointKey, checkpoints });
      const { options } = input;
      const report: VerifyReport = {
        chains,
        faults: await source.faults(),
        checkpoints,
        keyGiven: options.key !== undefined,
        signingKeyGiven: options['signing-key'] !== undefined,
      };
      io.stdout.write(options.json ? reportJson(report) : reportText(report));
      return isVerified(report) ? EXIT.ok : EXIT.failed;
    });
  },
};

function checkOptions({ options }: CommandInput): void {
  if (options.key !== undefined && options.checkpoints === undefined) {
    throw new UsageError('--key goes with --checkpoints; the keys of events go with --signing-key');
  }
  if (options['no-bodies'] && options['signing-key'] !== undefined) {
    throw new UsageError('--signing-key needs what is kept of the events; leave out --no-bodies');
  }
}

async function readAttested(input: CommandInput, key: Verifier | null): Promise<CheckpointsVerdict | null> {
  const directory = stringOption(input, 'checkpoints');
  if (directory === undefined) return null;
  return verifyCheckpoints(readCheckpoints(directory), key);
}

type Work = {
  readonly input: CommandInput;
  readonly io: CommandIo;
  readonly verifier: Verifier | null;
  readonly checkpointKey: Verifier | null;
  readonly checkpoints: CheckpointsVerdict | null;
};

async function verifyChains(source: AuditSource, work: Work): Promise<readonly ChainVerdict[]> {
  const { input, io, verifier, checkpointKey } = work;
  const attested =
    work.checkpoints?.kind === 'verified'
      ? work.checkpoints.byStream
      : new Map<string, readonly Checkpoint[]>();
  // A chain that is gone altogether is known by its checkpoints.
  const streams = new Set([...(await source.streams()), ...attested.keys()]);
  const progress = createCountProgress(input.options.json ? { write: () => {} } : io.stderr, 'records read');
  const bodies = input.options['no-bodies'] !== true;
  const onRecord = () => {
    io.stop.throwIfAborted();
    progress.one();
  };
  const options = { verifier, bodies, trustBus: input.options['trust-bus'] === true, onRecord };
  const read = (stream: string) => {
    const checkpoints = attested.get(stream) ?? [];
    const attestedUpTo = checkpoints.at(-1)?.position ?? 0;
    const retention = checkpointKey && { verifier: checkpointKey, attestedUpTo };
    const entries = source.entries(stream, { after: 0, bodies });
    return verifyChain(stream, entries, { ...options, checkpoints, retention });
  };
  const verdicts: ChainVerdict[] = [];
  for (const stream of streams) {
    const verdict = await read(stream);
    // The retention may have overtaken the reading; if so, it has not the second time.
    verdicts.push(source.moves && isGap(verdict) ? await read(stream) : verdict);
  }
  progress.end();
  return verdicts;
}

function isGap(verdict: ChainVerdict): boolean {
  return verdict.kind === 'broken' && ['missing', 'beginningMissing'].includes(verdict.fault.kind);
}
