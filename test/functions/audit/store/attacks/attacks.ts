import { canonicalJson } from '../../../../../functions/audit/canonical-json.ts';
import type { NewRecord } from '../../../../../functions/audit/chain-store.ts';
import { hashRecord } from '../../../../../functions/audit/hash-record.ts';
import { eventFacts } from '../../../../../functions/timeline/event-facts.ts';
import { sha256Hex } from '../../../../../protocol/bytes/sha256.ts';
import { serialiseEvent } from '../../../../../protocol/event/serialise-event.ts';
import { postStart } from '../../../support/sample-events.ts';
import type { Tampering } from './tampering.ts';

/** A chain of six events, each with a run behind it; position 7 is a postStop with exit code 137. */
export type Victim = { readonly records: readonly NewRecord[]; readonly tampering: Tampering };

/**
 * @property finds `<kind> at <position>`, as the verifier names it.
 * @property with what the operator has: the key of the events in any case, and checkpoints with their key.
 */
export type Attack = {
  readonly what: string;
  readonly finds: RegExp;
  readonly with?: 'checkpoints';
  run(victim: Victim): Promise<void>;
};

type Change = (content: Record<string, unknown>) => object;

const at = ({ records }: Victim, position: number): NewRecord => {
  const record = records[position - 1];
  if (record === undefined) throw new Error(`no record at position ${position}`);
  return record;
};
const changed = (record: NewRecord, change: Change): NewRecord => ({
  ...record,
  content: canonicalJson(change(JSON.parse(record.content))),
});
const sealed = async (record: NewRecord): Promise<NewRecord> => ({
  ...record,
  hash: await hashRecord(record),
});

/** Puts these from a position on, every hash of them right. */
async function rewrite(
  { records, tampering }: Victim,
  from: number,
  others: readonly NewRecord[],
): Promise<void> {
  for (const { stream, position } of records.slice(from - 1).toReversed())
    await tampering.remove({ stream, position });
  let previousHash = records[from - 2]?.hash ?? '0'.repeat(64);
  for (const [index, other] of others.entries()) {
    const record = await sealed({ ...other, position: from + index, previousHash });
    await tampering.put(record);
    previousHash = record.hash;
  }
}

/** The rest of the chain, with another content at its beginning. */
async function rewriteContent(victim: Victim, position: number, change: Change): Promise<void> {
  const [first, ...rest] = victim.records.slice(position - 1);
  if (first !== undefined) await rewrite(victim, position, [changed(first, change), ...rest]);
}

/** An event that no watcher told, with everything that needs no key. */
async function madeUp(victim: Victim, signed: object | null): Promise<NewRecord> {
  const event = postStart({ key: 'made up' });
  const body = serialiseEvent(event);
  const { receivedAtMs, recordedAtMs } = JSON.parse(at(victim, 11).content);
  const circumstances = { receivedAtMs, recordedAtMs, attempt: 1, bodySha256: await sha256Hex(body) };
  const facts = eventFacts(event, { ...circumstances, signed: null });
  const carried = signed && { id: event.id, timestamp: '1795357441', ...signed };
  const content = canonicalJson({ kind: 'event', ...facts, signed: carried });
  return { ...at(victim, 1), recordId: event.id, body, content };
}

const FORGED = { signature: `v1,${'A'.repeat(43)}=`, verified: true };

export const ATTACKS: readonly Attack[] = [
  {
    what: 'edits what a record says',
    finds: /^edited at 7$/,
    run: (victim) => victim.tampering.put(changed(at(victim, 7), (said) => ({ ...said, exitCode: 0 }))),
  },
  {
    what: 'edits it and computes its hash anew',
    finds: /^forked at 8$/,
    run: async (victim) =>
      victim.tampering.put(await sealed(changed(at(victim, 7), (said) => ({ ...said, attempt: 9 })))),
  },
  {
    what: 'removes a record',
    finds: /^missing at 5$/,
    run: (victim) => victim.tampering.remove(at(victim, 5)),
  },
  {
    what: 'removes the first ones',
    finds: /^beginningMissing at 1$/,
    run: async (victim) => {
      for (const position of [1, 2, 3]) await victim.tampering.remove(at(victim, position));
    },
  },
  {
    what: 'cuts off the end',
    finds: /^truncated at 9$/,
    with: 'checkpoints',
    run: (victim) => rewrite(victim, 9, []),
  },
  {
    what: 'computes the chain anew from a record on',
    finds: /^rewritten at 12$/,
    with: 'checkpoints',
    run: (victim) => rewriteContent(victim, 8, (said) => ({ ...said, finishedAtMs: 1 })),
  },
  {
    what: 'swaps two records',
    finds: /^reordered at 3$/,
    run: async (victim) => {
      const [third, ninth] = [at(victim, 3), at(victim, 9)];
      await victim.tampering.remove(third);
      await victim.tampering.remove(ninth);
      await victim.tampering.put({ ...ninth, position: 3 });
      await victim.tampering.put({ ...third, position: 9 });
    },
  },
  {
    what: 'takes the signature off an event, and computes the chain anew',
    finds: /^unsigned at 3$/,
    run: (victim) => rewriteContent(victim, 3, (said) => ({ ...said, signed: null })),
  },
  {
    what: 'takes the signatures off all of them',
    finds: /^unsigned at 1$/,
    run: (victim) =>
      rewrite(
        victim,
        1,
        victim.records.map((record) =>
          changed(record, (said) => (said.kind === 'event' ? { ...said, signed: null } : said)),
        ),
      ),
  },
  {
    what: 'makes an event up, with a signature of nobody',
    finds: /^badSignature at 13$/,
    run: async (victim) => rewrite(victim, 12, [at(victim, 12), await madeUp(victim, FORGED)]),
  },
  {
    what: 'makes an event up, as claimed over a bus',
    finds: /^badSignature at 13$/,
    run: async (victim) =>
      rewrite(victim, 12, [at(victim, 12), await madeUp(victim, { ...FORGED, verified: false })]),
  },
  {
    what: 'makes an event up, without a signature',
    finds: /^unsigned at 13$/,
    run: async (victim) => rewrite(victim, 12, [at(victim, 12), await madeUp(victim, null)]),
  },
  ...['signed', 'receivedAtMs', 'bodySha256', 'exitCode', 'pod'].map((field) => ({
    what: `leaves ${field} out of an event, and computes the chain anew`,
    finds: /^notCanonical at 7$/,
    run: (victim: Victim) => rewriteContent(victim, 7, ({ [field]: _, ...rest }) => rest),
  })),
  ...['error', 'outcome', 'finishedAtMs'].map((field) => ({
    what: `leaves ${field} out of a run, and computes the chain anew`,
    finds: /^notCanonical at 8$/,
    run: (victim: Victim) => rewriteContent(victim, 8, ({ [field]: _, ...rest }) => rest),
  })),
  {
    what: 'adds a field to a run',
    finds: /^notCanonical at 8$/,
    run: (victim) => rewriteContent(victim, 8, (said) => ({ ...said, note: 'x' })),
  },
  {
    what: 'has a record say something else than its event, and computes the chain anew',
    finds: /^contradictory at 7$/,
    run: (victim) => rewriteContent(victim, 7, (said) => ({ ...said, exitCode: 0, outcome: 'completed' })),
  },
  {
    what: 'changes what was received',
    finds: /^bodyEdited at 7$/,
    run: (victim) => {
      const text = new TextDecoder().decode(at(victim, 7).body).replace('137', '0');
      return victim.tampering.put({ ...at(victim, 7), body: new TextEncoder().encode(text) });
    },
  },
  {
    what: 'takes what was received away',
    finds: /^bodyMissing at 7$/,
    run: (victim) => {
      const { body: _, ...rest } = at(victim, 7);
      return victim.tampering.put(rest);
    },
  },
  {
    what: 'puts a genuine record where another one was, and computes the chain anew',
    // Where the same event cannot be kept twice, it is kept under another name, or listed at one place only.
    finds: /^(repeated|misfiled) at (3|5)$/,
    run: (victim) => {
      const again = { ...at(victim, 3), recordId: `${at(victim, 3).recordId}/again` };
      return rewrite(victim, 5, [again, ...victim.records.slice(5)]);
    },
  },
  {
    what: 'says that the retention removed the beginning',
    finds: /^badRetention at 13$/,
    with: 'checkpoints',
    run: async (victim) => {
      const { stream, hash } = at(victim, 4);
      const { recordedAtMs } = JSON.parse(at(victim, 11).content);
      const times = { olderThanMs: recordedAtMs, recordedAtMs };
      const removal = { stream, upToPosition: 4, upToHash: hash, removed: 4, ...times };
      const content = canonicalJson({ kind: 'retention', ...removal, signature: FORGED.signature });
      const { body: _, ...rest } = at(victim, 12);
      await rewrite(victim, 12, [at(victim, 12), { ...rest, recordId: `retention/${stream}/4`, content }]);
      for (const position of [1, 2, 3, 4]) await victim.tampering.remove(at(victim, position));
    },
  },
  {
    what: 'moves a record in from another chain',
    finds: /^contradictory at 7$/,
    run: (victim) => rewriteContent(victim, 7, (said) => ({ ...said, stream: 'urn:offhook:cluster:other' })),
  },
];
