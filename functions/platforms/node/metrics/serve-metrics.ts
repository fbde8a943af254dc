import type { Clock } from '../../../../settings/ambient/clock.ts';
import { metricsAnswer } from '../../../../settings/metrics/metrics-answer.ts';
import { type PlainServer, startPlainServer } from '../../../../settings/serving/plain-server.ts';
import type { Log } from '../../../ambient/log.ts';
import type { AuditReader } from '../../../audit/audit-reader.ts';
import type { ChainStore } from '../../../audit/chain-store.ts';
import type { SqliteQueue } from '../queue/sqlite-queue.ts';
import type { ChainReading } from './audit-metrics.ts';
import type { ReceiverMetrics } from './receiver-metrics.ts';
import { takeStoreReadings } from './take-store-readings.ts';

type Stores = {
  readonly queue: SqliteQueue;
  readonly chains: Pick<ChainStore, 'end'>;
  readonly reader: Pick<AuditReader, 'streams'>;
};

/** @property maxWaiting, dataDir of the receiver. */
type MetricsSettings = {
  readonly host: string;
  readonly port: number;
  readonly maxWaiting: number;
  readonly dataDir: string;
};

/**
 * Serves `GET /metrics` on a socket of its own: whoever may send events, or see the page, is not asked how busy it is.
 *
 * @throws ListenError when the address cannot be bound.
 */
export async function serveMetrics(
  metrics: Pick<ReceiverMetrics, 'page'>,
  { queue, chains, reader }: Stores,
  { host, port, maxWaiting, dataDir }: MetricsSettings,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
): Promise<PlainServer> {
  const page = metrics.page(async () => ({
    store: takeStoreReadings({ queue, maxWaiting, dataDir, nowMs: clock.nowMs() }),
    chains: await readChains(reader, chains),
  }));
  return await startPlainServer({
    host,
    port,
    purpose: 'for metrics',
    pages: { '/metrics': () => metricsAnswer(page) },
    onCut: (cut) => log.warn({ server: 'metrics', ...cut }, 'cut connections off'),
  });
}

async function readChains(
  reader: Stores['reader'],
  chains: Stores['chains'],
): Promise<readonly ChainReading[]> {
  const readings: ChainReading[] = [];
  for (const stream of await reader.streams()) {
    const { head } = await chains.end(stream, []);
    readings.push({ stream, position: head.position });
  }
  return readings;
}
