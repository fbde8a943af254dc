import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../../functions/audit/canonical-json.ts';
import { hashRecord } from '../../../../functions/audit/hash-record.ts';
import type { StoredRecord } from '../../../../functions/audit/stored-record.ts';
import { verifyChain } from '../../../../functions/audit/verify/verify-chain.ts';
import { createRepeats } from '../../../../functions/audit/verify/verify-repeats.ts';
import type { ChainEntry, VerifyOptions } from '../../../../functions/audit/verify/verify-verdict.ts';
import { eventFacts } from '../../../../functions/timeline/event-facts.ts';
import { sha256Hex } from '../../../../protocol/bytes/sha256.ts';
import { parseEvent } from '../../../../protocol/event/parse-event.ts';
import { createVerifier } from '../../../../protocol/signature/verify.ts';
import {
  entriesOf,
  entriesWithBodies,
  openAuditFile,
  recordEvents,
  START_MS,
  STREAM,
} from '../../support/audit-chain.ts';
import { SECRET, signedHeaders } from '../../support/signed-post.ts';
import { makeTemporaryDirectory } from '../../support/temporary-directory.ts';

const EVENTS = 8;
const RECORDS = 2 * EVENTS;

/** A chain as the audit trail writes it, and the same one with its first ten records removed by the retention. */
let chain: readonly StoredRecord[];
let bodies: readonly ChainEntry[];
let pruned: readonly StoredRecord[];

beforeAll(async () => {
  const directory = await makeTemporaryDirectory();
  const file = openAuditFile(directory.path);
  await recordEvents(
    file,
    Array.from({ length: EVENTS }, (_, index) => `event ${index}`),
  );
  chain = await file.reader.chain(STREAM, { after: 0, limit: 1_000 });
  bodies = await entriesWithBodies(file.reader);
  const cut = JSON.parse(chain[10]?.content ?? '').recordedAtMs;
  expect(await file.trail.prune(STREAM, cut)).toBe(10);
  pruned = await file.reader.chain(STREAM, { after: 0, limit: 1_000 });
  file.close();
  await directory.remove();
});

const positions = Array.from({ length: RECORDS }, (_, index) => index + 1);
const verify = (records: readonly StoredRecord[], options?: VerifyOptions) =>
  verifyChain(STREAM, entriesOf(records), options);

/** What is found, in short. */
async function fault(records: readonly StoredRecord[], options?: VerifyOptions) {
  const verdict = await verify(records, options);
  return verdict.kind === 'verified' ? 'verified' : `${verdict.fault.kind} at ${verdict.fault.position}`;
}

function changed(position: number, change: (record: StoredRecord) => StoredRecord): StoredRecord[] {
  return chain.map((record) => (record.position === position ? change(record) : record));
}

function at(position: number, records = chain): StoredRecord {
  const record = records.find((each) => each.position === position);
  if (record === undefined) throw new Error(`no record at position ${position}`);
  return record;
}

/** The same record with another content, and a hash that is right for it. */
async function resealed(record: StoredRecord, change: object): Promise<StoredRecord> {
  const content = canonicalJson({ ...JSON.parse(record.content), ...change });
  return { ...record, content, hash: await hashRecord({ ...record, content }) };
}

/** A history with other content from a position on, every hash of it computed anew. */
async function rewrittenFrom(position: number): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  for (const record of chain) {
    const previousHash = records.at(-1)?.hash ?? record.previousHash;
    const linked = { ...record, previousHash };
    const isRun = JSON.parse(record.content).kind === 'run';
    const other = isRun ? { finishedAtMs: 1 } : { recordedAtMs: 1 };
    records.push(record.position < position ? record : await resealed(linked, other));
  }
  return records;
}

describe('an untouched chain', () => {
  it('is verified, with its counts', async () => {
    const verifier = await createVerifier({ keys: [SECRET] });
    const checkpoints = [at(3), at(RECORDS)];
    const onRecord = (position: number) => void seen.push(position);
    const seen: number[] = [];
    const verdict = await verifyChain(STREAM, asStream(bodies), { verifier, checkpoints, onRecord });
    expect(verdict).toEqual({
      kind: 'verified',
      stream: STREAM,
      summary: {
        first: 1,
        head: { position: RECORDS, hash: at(RECORDS).hash },
        events: EVENTS,
        runs: EVENTS,
        reruns: 0,
        retentions: 0,
        bodies: EVENTS,
        signatures: EVENTS,
        unchecked: 0,
        claimed: 0,
        unsigned: 0,
        checkpoints: 2,
        lastCheckpoint: RECORDS,
      },
    });
    expect(seen).toEqual(positions);
  });

  it('that is empty is verified', async () => {
    expect(await verify([])).toMatchObject({ kind: 'verified', summary: { first: null, events: 0 } });
  });

  it('is verified from any of its positions on, given the hash there', async () => {
    for (const position of positions) {
      const rest = chain.filter((record) => record.position > position);
      expect(await fault(rest, { anchor: at(position) })).toBe('verified');
      expect(await fault(rest, { anchor: { position, hash: 'f'.repeat(64) } })).toBe(
        position === RECORDS ? 'verified' : `forked at ${position + 1}`,
      );
    }
  });

  it('whose beginning the retention removed is verified, also while some of that is still there', async () => {
    expect(pruned[0]?.position).toBe(11);
    expect(await verify(pruned)).toMatchObject({ kind: 'verified', summary: { first: 11, retentions: 1 } });
    const last = pruned.at(-1) as StoredRecord;
    for (let first = 1; first <= 11; first += 1) {
      expect(await fault([...chain.slice(first - 1), last])).toBe('verified');
    }
  });
});

describe('at every record, it is found when somebody', () => {
  it.each(['content', 'hash', 'previousHash'] as const)('edits its %s', async (field) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: RECORDS }),
        fc.nat(),
        fc.string({ minLength: 1, maxLength: 1 }),
        async (position, place, character) => {
          const original = at(position)[field];
          const index = place % original.length;
          fc.pre(original[index] !== character);
          const edited = original.slice(0, index) + character + original.slice(index + 1);
          const records = changed(position, (record) => ({ ...record, [field]: edited }));
          expect(await fault(records)).toBe(`edited at ${position}`);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('edits it and computes its hash anew', async () => {
    for (const position of positions) {
      const record = at(position);
      const other = await resealed(record, { attempt: 99 });
      const found = await fault(changed(position, () => other));
      expect(found).toBe(position === RECORDS ? 'verified' : `forked at ${position + 1}`);
      // At the end of the chain only a checkpoint can tell.
      expect(
        await fault(
          changed(position, () => other),
          { checkpoints: [at(RECORDS)] },
        ),
      ).toBe(position === RECORDS ? `rewritten at ${RECORDS}` : `forked at ${position + 1}`);
    }
  });

  it('deletes it', async () => {
    for (const position of positions.slice(1, -1)) {
      const verdict = await verify(chain.filter((record) => record.position !== position));
      expect(verdict).toMatchObject({
        kind: 'broken',
        fault: { kind: 'missing', position, what: `position ${position} is missing` },
      });
    }
  });

  it('deletes it and those behind it', async () => {
    const verdict = await verify(chain.filter(({ position }) => position < 5 || position > 9));
    expect(verdict).toMatchObject({ fault: { position: 5, what: 'positions 5 to 9 are missing' } });
  });

  it('swaps it with another one', async () => {
    for (const a of positions)
      for (const b of positions.slice(a)) {
        const swapped = chain.map((record) => {
          if (record.position === a) return { ...at(b), position: a };
          return record.position === b ? { ...at(a), position: b } : record;
        });
        expect(await fault(swapped)).toBe(`reordered at ${a}`);
        const lines = chain.map(({ position }) =>
          position === a ? at(b) : position === b ? at(a) : at(position),
        );
        expect(await fault(lines)).toMatch(a === 1 ? /^reordered at \d+$/ : `reordered at ${a}`);
      }
  });

  it('moves it to the end', async () => {
    for (const position of positions.slice(1, -1)) {
      const others = chain.filter((record) => record.position !== position);
      expect(await fault([...others, { ...at(position), position: 99 }])).toBe(`reordered at ${position}`);
    }
  });

  it('puts it there twice', async () => {
    for (const position of positions) {
      const twice = chain.flatMap((record) => (record.position === position ? [record, record] : [record]));
      expect(await fault(twice)).toBe(`forked at ${position}`);
      expect(await fault([...chain, at(position)])).toBe(`forked at ${position}`);
    }
  });

  it('puts a forged one beside it', async () => {
    for (const position of positions) {
      const forged = { ...at(position), content: at(position).content.replace('c0ffee', 'c0ffe0') };
      for (const pair of [
        [at(position), forged],
        [forged, at(position)],
      ] as const) {
        const both = chain.flatMap((record) => (record.position === position ? pair : [record]));
        expect(await fault(both)).toBe(`forked at ${position}`);
      }
    }
  });

  it('cuts off what follows it, where a checkpoint knows more', async () => {
    for (let length = 0; length < RECORDS; length += 1) {
      const cut = chain.slice(0, length);
      expect(await fault(cut)).toBe('verified');
      expect(await fault(cut, { checkpoints: [at(RECORDS)] })).toBe(`truncated at ${length + 1}`);
    }
  });

  it('drops what comes before it', async () => {
    for (const position of positions.slice(1)) {
      const rest = chain.filter((record) => record.position >= position);
      expect(await fault(rest)).toBe('beginningMissing at 1');
    }
  });

  it('drops more than the retention did', async () => {
    for (const position of [12, 13, 16, 17]) {
      const rest = pruned.filter((record) => record.position >= position);
      expect(await fault(rest)).toBe('beginningMissing at 1');
    }
  });

  it('computes the whole chain anew from it on, where there is a checkpoint behind it', async () => {
    for (const position of positions) {
      const forged = await rewrittenFrom(position);
      expect(await fault(forged)).toBe('verified');
      expect(await fault(forged, { checkpoints: [at(RECORDS)] })).toBe(`rewritten at ${RECORDS}`);
      // What was signed before it still holds: the two checkpoints around it enclose it.
      const around = await verify(forged, { checkpoints: [at(8), at(RECORDS)] });
      const first = position <= 8 ? 8 : RECORDS;
      expect(around).toMatchObject({ fault: { kind: 'rewritten', position: first } });
    }
  });
});

describe('it is also found when', () => {
  it('the retention is said to have removed another chain', async () => {
    const forged = [...pruned];
    const last = forged.at(-1) as StoredRecord;
    forged[forged.length - 1] = await resealed(last, { upToHash: 'f'.repeat(64) });
    expect(await fault(forged)).toBe('beginningMissing at 1');
  });

  it('a checkpoint attests another hash of the last record that the retention removed', async () => {
    expect(await fault(pruned, { checkpoints: [at(10)] })).toBe('verified');
    const checkpoint = { position: 10, hash: 'f'.repeat(64) };
    expect(await fault(pruned, { checkpoints: [checkpoint] })).toBe('rewritten at 10');
  });

  it('an earlier fault hides behind a later one', async () => {
    const records = chain
      .slice(3)
      .map((record) => (record.position === 9 ? { ...record, content: '{}' } : record));
    expect(await fault(records)).toBe('beginningMissing at 1');
  });

  it.each([
    ['is not JSON', '{"kind":'],
    ['is of no known kind', '{"kind":"note","stream":"urn:offhook:cluster:c0ffee"}'],
    ['is nested without end', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ])('a record %s', async (_what, content) => {
    const record = { ...at(RECORDS), content };
    const sealed = { ...record, hash: await hashRecord(record) };
    expect(await fault(changed(RECORDS, () => sealed))).toBe(`notCanonical at ${RECORDS}`);
  });

  it.each([
    ['with spaces', (content: string) => JSON.stringify(JSON.parse(content), null, 1)],
    ['in another order', (content: string) => JSON.stringify({ stream: '', ...JSON.parse(content) })],
    ['with a field twice', (content: string) => content.replace('{', '{"attempt":7,')],
  ])('a record says the same %s', async (_what, change) => {
    const record = { ...at(RECORDS), content: change(at(RECORDS).content) };
    const sealed = { ...record, hash: await hashRecord(record) };
    expect(await fault(changed(RECORDS, () => sealed))).toBe(`notCanonical at ${RECORDS}`);
  });

  it('a record is of another stream, or of a removal that is to come', async () => {
    const foreign = await resealed(at(RECORDS), { stream: 'urn:offhook:cluster:other' });
    expect(await fault(changed(RECORDS, () => foreign))).toBe(`contradictory at ${RECORDS}`);
    const future = await resealed(pruned.at(-1) as StoredRecord, { upToPosition: 99 });
    expect(await fault([...chain, future])).toBe('contradictory at 17');
  });
});

describe('absence is never agreement:', () => {
  /** The last event, its run, and the retention of the pruned chain: one record of each kind. */
  const kinds = () => [at(RECORDS - 1), at(RECORDS), pruned.at(-1) as StoredRecord];
  const upTo = (record: StoredRecord) => chain.filter(({ position }) => position < record.position);

  it('a record without one of its fields, or with one more, is found', async () => {
    for (const record of kinds()) {
      const rest = upTo(record);
      expect(await fault([...rest, record])).toBe('verified');
      const fields = Object.keys(JSON.parse(record.content));
      for (const field of [...fields, 'more']) {
        const value = field === 'more' ? 1 : undefined;
        expect([field, await fault([...rest, await resealed(record, { [field]: value })])]).toEqual([
          field,
          `notCanonical at ${record.position}`,
        ]);
      }
    }
  });

  it.each([{ signed: undefined }, { signed: null }, { signed: { id: 'a', timestamp: '1' } }, { signed: {} }])(
    'an event with %j is not signed',
    async (change) => {
      const last = at(RECORDS - 1);
      const records = [...upTo(last), await resealed(last, change)];
      expect(await fault(records)).toMatch(/^(unsigned|notCanonical) at 15$/);
      expect(await fault(records, { trustBus: true })).toBe(
        change.signed === null ? 'verified' : 'notCanonical at 15',
      );
    },
  );

  it('an event whose bytes are left out is found, unless nobody asked for them', async () => {
    const without = bodies.map((entry) => (entry.record.position === 5 ? { record: entry.record } : entry));
    const verdict = await verifyChain(STREAM, asStream(without), { bodies: true });
    expect(verdict).toMatchObject({ fault: { kind: 'bodyMissing', position: 5 } });
    expect(await verifyChain(STREAM, asStream(without))).toMatchObject({ kind: 'verified' });
  });

  it('a run that has bytes of an event is found', async () => {
    const odd = bodies.map((entry) =>
      entry.record.position === 6 ? { ...entry, body: new Uint8Array(1) } : entry,
    );
    const verdict = await verifyChain(STREAM, asStream(odd), { bodies: true });
    expect(verdict).toMatchObject({ fault: { kind: 'contradictory', position: 6 } });
  });

  it('every field that the bytes of an event say is compared with them', async () => {
    const last = bodies.at(-2) as ChainEntry;
    const own = ['receivedAtMs', 'recordedAtMs', 'attempt', 'bodySha256', 'signed', 'kind'];
    const facts = JSON.parse(last.record.content);
    for (const field of Object.keys(facts).filter((name) => !own.includes(name))) {
      const other = typeof facts[field] === 'number' ? facts[field] + 1 : facts[field] === null ? 'x' : null;
      const value =
        { outcome: 'error', startedAtMs: 7, deadlineMs: 7, gapFromMs: 7, signal: 7 }[field] ?? other;
      const changed = typeof facts[field] === 'string' && field !== 'outcome' ? `${facts[field]}x` : value;
      const forged = { ...last, record: await resealed(last.record, { [field]: changed }) };
      const verdict = await verifyChain(STREAM, asStream([...bodies.slice(0, -2), forged]));
      expect([field, verdict.kind]).toEqual([field, 'broken']);
    }
  });
});

describe('a genuine record', () => {
  it('that is put at another position too is found, hashes and all', async () => {
    for (const position of [1, 2, 9]) {
      const end = at(RECORDS);
      const fields = { ...at(position), position: RECORDS + 1, previousHash: end.hash };
      const replayed = { ...fields, hash: await hashRecord(fields) };
      expect(await fault([...chain, replayed])).toBe(`repeated at ${RECORDS + 1}`);
    }
  });

  it('is known among very many, and none is taken for another', () => {
    const repeats = createRepeats();
    const names = Array.from({ length: 200_000 }, (_, index) => `evt_${index}/cleanup/${index % 7}`);
    expect(names.filter((name) => repeats.isRepeated(name))).toEqual([]);
    expect(names.filter((name) => !repeats.isRepeated(name))).toEqual([]);
  });
});

describe('what is claimed over a bus', () => {
  async function verdictOf(options: VerifyOptions, key = SECRET) {
    const claimed = await Promise.all(
      bodies.slice(0, 1).map(async (entry) => {
        const { signed } = JSON.parse(entry.record.content);
        return { ...entry, record: await resealed(entry.record, { signed: { ...signed, verified: false } }) };
      }),
    );
    const verifier = options.verifier === null ? null : await createVerifier({ keys: [key] });
    const verdict = await verifyChain(STREAM, asStream(claimed), { ...options, verifier });
    return verdict.kind === 'verified' ? verdict.summary : verdict.fault.kind;
  }
  const OTHER = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

  it('is verified with the keys, and counted as claimed without', async () => {
    expect(await verdictOf({})).toMatchObject({ signatures: 1, claimed: 0, unchecked: 0 });
    expect(await verdictOf({ verifier: null })).toMatchObject({ signatures: 0, claimed: 1, unchecked: 0 });
  });

  it('is a fault where it is wrong, and counted where the bus is trusted', async () => {
    expect(await verdictOf({}, OTHER)).toBe('badSignature');
    expect(await verdictOf({}, `b0b=${SECRET}`)).toBe('badSignature');
    expect(await verdictOf({}, `${STREAM}=${SECRET}`)).toMatchObject({ signatures: 1 });
    expect(await verdictOf({ trustBus: true }, OTHER)).toMatchObject({ signatures: 0, claimed: 1 });
  });
});

describe('an event', () => {
  /** The whole chain computed anew around an event that says something else, signed anew with that key. */
  async function forged(change: (event: Record<string, unknown>) => object) {
    const last = bodies.at(-2) as ChainEntry;
    const told = change(JSON.parse(new TextDecoder().decode(last.body ?? undefined)));
    const body = new TextEncoder().encode(JSON.stringify(told));
    const id = String((told as { id?: unknown }).id);
    const headers = await signedHeaders(id, body, START_MS);
    const parsed = parseEvent(body);
    if (parsed.kind !== 'event') throw new Error(parsed.kind);
    const { receivedAtMs, recordedAtMs, attempt } = JSON.parse(last.record.content);
    const facts = eventFacts(parsed.event, {
      ...{ receivedAtMs, recordedAtMs, attempt, bodySha256: await sha256Hex(body) },
      signed: {
        id,
        timestamp: headers['webhook-timestamp'],
        signature: headers['webhook-signature'],
        verified: true,
      },
    });
    return [...bodies.slice(0, -2), { record: await resealed(last.record, facts), body }];
  }
  const faultOf = async (entries: readonly ChainEntry[], keys = [SECRET]) => {
    const verdict = await verifyChain(STREAM, asStream(entries), {
      verifier: await createVerifier({ keys }),
    });
    return verdict.kind === 'verified' ? 'verified' : verdict.fault.kind;
  };

  it('must have the id that its bytes lead to, whoever signed it', async () => {
    expect(await faultOf(await forged((event) => ({ ...event, extra: 1 })))).toBe('verified');
    expect(await faultOf(await forged((event) => ({ ...event, id: `evt_${'a'.repeat(36)}` })))).toBe(
      'contradictory',
    );
    expect(await faultOf(await forged((event) => ({ ...event, partitionkey: 'other' })))).toBe(
      'contradictory',
    );
  });

  it('must be signed by a key that may speak for its cluster', async () => {
    expect(await faultOf(bodies, [`c0ffee=${SECRET}`])).toBe('verified');
    expect(await faultOf(bodies, [`other=${SECRET}`])).toBe('badSignature');
  });
});

describe('what is kept of an event', () => {
  const events = () => bodies.filter(({ body }) => body !== undefined).map(({ record }) => record.position);

  async function faultOf(entries: readonly ChainEntry[], keys = [SECRET]) {
    const verifier = await createVerifier({ keys });
    const verdict = await verifyChain(STREAM, asStream(entries), { verifier });
    return verdict.kind === 'verified' ? 'verified' : `${verdict.fault.kind} at ${verdict.fault.position}`;
  }

  it('may not be changed in one byte, nor be lost', async () => {
    for (const position of events()) {
      const edited = bodies.map((entry) => {
        if (entry.record.position !== position || !entry.body) return entry;
        const body = entry.body.slice();
        body[position % body.length] = (body[position % body.length] ?? 0) ^ 1;
        return { ...entry, body };
      });
      expect(await faultOf(edited)).toBe(`bodyEdited at ${position}`);
      const lost = bodies.map((entry) =>
        entry.record.position === position ? { ...entry, body: null } : entry,
      );
      expect(await faultOf(lost)).toBe(`bodyMissing at ${position}`);
    }
  });

  it('must be signed by the keys of its time', async () => {
    expect(await faultOf(bodies)).toBe('verified');
    expect(await faultOf(bodies, ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'])).toBe('badSignature at 1');
  });

  it('must bear out what the record says of it, even if the whole chain was computed anew', async () => {
    for (const change of [{ exitCode: 0 }, { pod: 'other' }, { eventId: 'evt_other' }, { occurredAtMs: 1 }]) {
      const last = bodies.at(-2) as ChainEntry;
      const forged = { ...last, record: await resealed(last.record, change) };
      expect(await faultOf([...bodies.slice(0, -2), forged])).toBe(`contradictory at ${RECORDS - 1}`);
    }
  });

  it('counts apart what came over a trusted bus', async () => {
    const last = bodies.at(-2) as ChainEntry;
    const unsigned = { ...last, record: await resealed(last.record, { signed: null }) };
    const verifier = await createVerifier({ keys: [SECRET] });
    const options = { verifier, trustBus: true };
    const verdict = await verifyChain(STREAM, asStream([...bodies.slice(0, -2), unsigned]), options);
    expect(verdict).toMatchObject({ kind: 'verified', summary: { signatures: EVENTS - 1, unsigned: 1 } });
  });
});

async function* asStream(entries: readonly ChainEntry[]): AsyncGenerator<ChainEntry> {
  yield* entries;
}
