import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { createAdaptorServer } from '@hono/node-server';
import { platformAmbient } from '../../../../functions/ambient/ambient.ts';
import { createAuditTrail } from '../../../../functions/audit/audit-trail.ts';
import { createSqlAuditStore } from '../../../../functions/audit/sql/sql-audit-store.ts';
import { createCounters } from '../../../../functions/ingress/counters.ts';
import { createSqliteQueue } from '../../../../functions/platforms/node/queue/sqlite-queue.ts';
import { createSqliteClaims } from '../../../../functions/platforms/node/sqlite/sqlite-claims.ts';
import { createSqliteSql } from '../../../../functions/platforms/node/sqlite/sqlite-sql.ts';
import { createReceiver } from '../../../../functions/receiver.ts';
import type { SenderAttempts } from '../../../../functions/timeline/sender-attempts.ts';
import { RETENTION_MS } from '../../../../functions/variables/claim-retention.ts';
import { createVerifier } from '../../../../protocol/signature/verify.ts';
import { type Clock, systemClock } from '../../../../settings/ambient/clock.ts';
import { closeOnce } from '../../../../settings/ambient/close-once.ts';
import { SECRET } from '../../support/signed-post.ts';
import type { Told } from './story.ts';

export type PageServer = {
  readonly url: string;
  /** Writes into the audit trail what a receiver would have. */
  tell(told: readonly Told[]): Promise<void>;
  close(): Promise<void>;
};

/** The trail takes so many at once. */
const PORTION = 500;

/** The real app with an open page on a loopback port, and an audit trail that a test can fill. */
export async function startPageServer(
  clock: Clock = systemClock,
  attempts?: SenderAttempts,
): Promise<PageServer> {
  const database = new DatabaseSync(':memory:');
  const { chains, reader, timeline, failures } = createSqlAuditStore(createSqliteSql(database));
  const none = () => {};
  const ambient = platformAmbient({ clock, log: { info: none, warn: none, error: none } });
  const trail = createAuditTrail({ ...ambient, store: chains });
  const claims = createSqliteClaims(database);
  const handoff = createSqliteQueue(database, { maxWaiting: 2 });
  const stop = new AbortController();
  const { app } = createReceiver(
    {
      ...{ handoff, receipts: claims, claims, timeline, failures, reruns: trail, audit: reader },
      ...(attempts && { attempts }),
    },
    {
      verifier: await createVerifier({ keys: [SECRET] }),
      page: { open: true },
      maxBodyBytes: 262_144,
      retentionMs: RETENTION_MS,
    },
    { ...ambient, counters: createCounters(), stop: stop.signal },
  );
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async tell(told) {
      for (let index = 0; index < told.length; index += PORTION) {
        const portion = told.slice(index, index + PORTION);
        await Promise.all(portion.map(({ facts }) => trail.append({ facts, body: bodyOf(facts) })));
        await Promise.all(portion.flatMap(({ runs }) => runs.map((run) => trail.recordRun(run))));
      }
    },
    close: closeOnce(async () => {
      stop.abort();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      database.close();
    }),
  };
}

function bodyOf({ eventId, type, stream, occurredAtMs, ...facts }: Told['facts']): Uint8Array<ArrayBuffer> {
  const event = {
    specversion: '1.0',
    id: eventId,
    type,
    source: stream,
    time: new Date(occurredAtMs),
    data: facts,
  };
  return new TextEncoder().encode(JSON.stringify(event));
}
