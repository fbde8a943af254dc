import type { ChainHead } from '../chain-store.ts';
import { isSignedRetention } from '../retention-signature.ts';
import { createBeginning } from './verify-beginning.ts';
import { createCheckpointMatch } from './verify-checkpoint-match.ts';
import { contradiction, nameOf, readContent, type VerifiedContent } from './verify-content.ts';
import { displaced, type EmptyPlace } from './verify-displaced.ts';
import { checkEvent } from './verify-event.ts';
import { type ChainFault, chainFault, type FaultKind } from './verify-fault.ts';
import { checkLink, type Followed } from './verify-link.ts';
import { createRepeats } from './verify-repeats.ts';
import { createTally } from './verify-tally.ts';
import type { ChainEntry, ChainVerdict, VerifyOptions } from './verify-verdict.ts';

/** Takes a chain record by record; see `verify-chain.ts`. */
type ChainWalk = {
  take(entry: ChainEntry): Promise<void>;
  /** Whether no further record can change the verdict. */
  isDecided(): boolean;
  end(): ChainVerdict;
};

type WalkOptions = VerifyOptions & { readonly anchor: ChainHead };

/**
 * The states of a walk, which only ever moves forward:
 *
 * - following: no fault yet; every record is checked.
 * - searching: there is a fault, but its kind depends on whether the right record stands elsewhere (`place`), or its
 *   precedence on whether the beginning is justified. Records are only looked at for that.
 * - decided: nothing that follows matters.
 */
export function createChainWalk(stream: string, options: WalkOptions): ChainWalk {
  const { anchor } = options;
  const beginning = createBeginning(stream, anchor);
  const tally = createTally(anchor);
  const checkpoints = createCheckpointMatch(stream, anchor, options.checkpoints ?? []);
  const checkContent = createContentCheck(stream, options, { tally, checkpoints });
  let followed: Followed = { stream, anchor, first: null, last: null };
  let fault: ChainFault | null = null;
  let place: EmptyPlace | null = null;

  const follow = async (entry: ChainEntry) => {
    const broken = await checkLink(followed, entry.record);
    place = broken?.place ?? null;
    fault = broken?.fault ?? (await checkContent(entry, followed.first === null));
    followed = { ...followed, first: followed.first ?? entry.record.position, last: entry.record };
  };

  return {
    async take(entry) {
      beginning.see(entry.record);
      if (fault === null) await follow(entry);
      const found = place === null ? null : await displaced(place, entry.record);
      if (found === null) return;
      fault = found;
      place = null;
    },
    isDecided: () => fault !== null && place === null && !beginning.isOpen(),
    end() {
      const summary = { ...tally.summary(), ...checkpoints.summary() };
      const end = (followed.last ?? anchor).position;
      const found = beginning.fault() ?? fault ?? checkpoints.truncation(end);
      return found === null
        ? { kind: 'verified', stream, summary }
        : { kind: 'broken', stream, fault: found, summary };
    },
  };
}

type Wrong = readonly [kind: FaultKind, what: string];

/** Checks what a record says, once it is known to stand in its place. */
function createContentCheck(
  stream: string,
  { verifier = null, bodies = false, trustBus = false, retention = null }: VerifyOptions,
  parts: {
    readonly tally: ReturnType<typeof createTally>;
    readonly checkpoints: ReturnType<typeof createCheckpointMatch>;
  },
) {
  const { tally, checkpoints } = parts;
  const repeats = createRepeats();
  const foundBeside = (content: VerifiedContent, { record, body }: ChainEntry): Wrong | null => {
    if (record.misfiled !== undefined)
      return ['misfiled', `it is kept under another ${record.misfiled} than it says`];
    if (content.kind !== 'event' && body)
      return ['contradictory', 'it has the bytes of an event, but is of none'];
    return repeats.isRepeated(nameOf(content).id) ? ['repeated', 'it is in the chain twice'] : null;
  };
  return async (entry: ChainEntry, isFirst: boolean): Promise<ChainFault | null> => {
    const { record } = entry;
    const { position, hash } = record;
    const read = readContent(record.content);
    if (read.kind === 'unreadable') return chainFault('notCanonical', read.why, { stream, position });
    const { content } = read;
    const name = nameOf(content);
    const at = { stream, position, record: name };
    const wrong = contradiction(content, stream, position);
    if (wrong !== null) return chainFault('contradictory', wrong, at);
    const beside = foundBeside(content, entry);
    if (beside !== null) return chainFault(...beside, at);
    const rewritten =
      (isFirst ? checkpoints.compareFirst(record) : null) ?? checkpoints.compare(position, hash, name);
    if (rewritten !== null) return rewritten;
    if (content.kind === 'event') {
      const body = entry.body ?? (bodies ? null : entry.body);
      const check = await checkEvent(content, body, { verifier, trustBus });
      if (check.kind === 'faulty') return chainFault(check.fault, check.what, at);
      tally.event(check.signature, body !== undefined);
    }
    if (content.kind === 'retention' && retention !== null) {
      const isAttested = content.signature === null && position <= retention.attestedUpTo;
      if (!isAttested && !(await isSignedRetention(content, content.signature, retention.verifier)))
        return chainFault('badRetention', 'no signature of the key of the checkpoints matches it', at);
    }
    tally.record(content, { position, hash });
    return null;
  };
}
