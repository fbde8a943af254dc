import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RecordPage } from '../../../functions/audit/audit-reader.ts';
import { verifyChain } from '../../../functions/audit/verify/verify-chain.ts';
import type { ChainPage } from '../../../functions/audit-api/read-chain-page.ts';
import { fromWire } from '../../../functions/audit-api/wire-record.ts';
import type { EventAnswer, WindowAnswer } from '../../../functions/page/model/page-api.ts';
import { eventually } from '../support/eventually.ts';
import { platformsWith } from '../support/platforms.ts';
import { registerResultHandlers, TOLD_RESULT } from '../support/result-handlers.ts';
import { postStart } from '../support/sample-events.ts';
import { deliver } from '../support/signed-post.ts';

const workerFile = fileURLToPath(new URL('../support/result-worker.ts', import.meta.url));
const NOTE = 'too large: 5004 bytes of JSON, at most 4096 are kept';

describe.each(platformsWith({ registerHandlers: registerResultHandlers, workerFile }))(
  'what handlers return on $platform',
  ({ start }) => {
    it('is in the audit trail, under its hash, and with the event on the page', async () => {
      const bridge = await start({ PAGE_OPEN: 'true' });
      onTestFinished(() => bridge.close());
      const event = postStart({ key: 'told', timeMs: Math.floor(Date.now() / 1_000) * 1_000 - 5_000 });
      await deliver(bridge.url, event);
      const read = async <T>(path: string) => (await (await fetch(`${bridge.url}${path}`)).json()) as T;
      const { entry } = await eventually(
        () => read<EventAnswer>(`/events/${event.id}.json`),
        (answer) => (answer.entry?.runs.length ?? 0) >= 4,
      );
      const of = (runs: EventAnswer['entry']['runs'], name: string) =>
        runs.find(({ handler }) => handler === name);
      expect(of(entry.runs, 'tells')?.result).toEqual({ ...TOLD_RESULT });
      expect(of(entry.runs, 'tells-much')).toMatchObject({ outcome: 'completed', resultOmitted: NOTE });
      for (const name of ['audit', 'silent']) {
        expect(of(entry.runs, name)).not.toHaveProperty('result');
        expect(of(entry.runs, name)).not.toHaveProperty('resultOmitted');
      }

      const window = `from=${Date.parse(event.time) - 60_000}&to=${Date.now() + 60_000}`;
      const [listed] = (await read<WindowAnswer>(`/timeline.json?${window}`)).entries;
      expect(of(listed?.runs ?? [], 'tells')).toMatchObject({ hasResult: true });
      expect(JSON.stringify(listed)).not.toContain('OPS-17');

      const { records } = await read<RecordPage>('/audit/records?handler=tells');
      expect(records.map(({ content }) => JSON.parse(content).result)).toEqual([{ ...TOLD_RESULT }]);
      const stream = encodeURIComponent(event.source);
      const chain = await read<ChainPage>(`/audit/chain?stream=${stream}&bodies=1&limit=100`);
      async function* entries() {
        for (const record of chain.records) {
          const one = fromWire(record);
          if (one !== null) yield one;
        }
      }
      expect(await verifyChain(event.source, entries())).toMatchObject({
        kind: 'verified',
        summary: { events: 1, runs: 4 },
      });
      expect(bridge.logged()).not.toContain('OPS-17');
      expect(bridge.logged()).toContain(NOTE);
    });
  },
);
