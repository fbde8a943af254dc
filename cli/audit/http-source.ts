import * as z from 'zod/mini';
import type { AuditFilter, RecordPage } from '../../functions/audit/audit-reader.ts';
import type { ChainEntry } from '../../functions/audit/verify/verify-verdict.ts';
import { fromWire } from '../../functions/audit-api/wire-record.ts';
import { askReceiver, type ReceiverAccess } from './ask-receiver.ts';
import { type AuditSource, AuditSourceError } from './audit-source.ts';

const LIMIT = 1_000;
const LIMIT_WITH_BODIES = 100;

const streamsAnswer = z.object({ streams: z.array(z.string()) });
const faultsAnswer = z.object({ faults: z.array(z.string()) });
const chainAnswer = z.object({ records: z.array(z.unknown()), next: z.nullable(z.number()) });
const recordsAnswer = z.object({ records: z.array(z.unknown()), next: z.nullable(z.string()) });

/** The audit trail of a receiver on any platform, by its HTTP API. */
export function openHttpSource(access: ReceiverAccess): AuditSource {
  async function records(
    filter: AuditFilter & { readonly withRuns?: 1 },
    { limit, after }: { readonly limit: number; readonly after: string | undefined },
  ): Promise<RecordPage> {
    const query = { ...filter, limit, ...(after !== undefined && { after }) };
    const page = await askReceiver(access, { schema: recordsAnswer, path: 'audit/records', query });
    return { records: page.records.map((record) => readRecord(record).record), next: page.next };
  }

  return {
    moves: true,
    async streams() {
      return (await askReceiver(access, { schema: streamsAnswer, path: 'audit/streams' })).streams;
    },
    async faults() {
      return (await askReceiver(access, { schema: faultsAnswer, path: 'audit/faults' })).faults;
    },
    async *entries(stream, { after, bodies }) {
      const limit = bodies ? LIMIT_WITH_BODIES : LIMIT;
      let next: number | null = after;
      while (next !== null) {
        const query = { stream, after: next, limit, ...(bodies && { bodies: 1 }) };
        const question = { schema: chainAnswer, path: 'audit/chain', query };
        const page: z.infer<typeof chainAnswer> = await askReceiver(access, question);
        for (const record of page.records) yield readRecord(record);
        if (page.next !== null && page.next <= next)
          throw new AuditSourceError('the receiver repeats a page');
        next = page.next;
      }
    },
    list: (filter, page) => records(filter, page),
    eventsWithRuns: (filter, page) => records({ ...filter, withRuns: 1 }, page),
    close: () => {},
  };
}

function readRecord(value: unknown): ChainEntry {
  const entry = fromWire(value);
  if (entry === null)
    throw new AuditSourceError('the receiver answers with something that is no audit record');
  return entry;
}
