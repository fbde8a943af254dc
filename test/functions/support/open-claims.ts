import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { Miniflare } from 'miniflare';
import type { ClaimStore } from '../../../functions/consumer/claim-store.ts';
import type { Receipts } from '../../../functions/ingress/receipts.ts';
import type { ContainerStateStore } from '../../../functions/ordering/container-states.ts';
import { createDynamoDbClaims } from '../../../functions/platforms/aws/claims/dynamodb-claims.ts';
import {
  type ClaimsNamespace,
  createDurableObjectClaims,
} from '../../../functions/platforms/cloudflare/claims/durable-object-claims.ts';
import { createSqliteClaims } from '../../../functions/platforms/node/sqlite/sqlite-claims.ts';
import { createWallClock } from '../../support/wall-clock.ts';
import { startDynamoDb } from '../platforms/aws/support/start-dynamodb.ts';
import { bundledOnce } from './start-worker.ts';

/** Claims, receipts and states, which every platform keeps in one store. */
export type OpenedClaims = {
  readonly store: ClaimStore & Receipts & ContainerStateStore;
  close(): Promise<void>;
};

/** `now` in milliseconds since the epoch: what DynamoDB's times to live are counted from. */
export type OpenClaims = (now: () => number) => Promise<OpenedClaims>;

export type DurableObjectOptions = {
  readonly retentionSeconds?: string;
  readonly persistDir?: string;
  readonly onLog?: (line: string) => void;
};

const CLAIMS_WORKER = fileURLToPath(new URL('claims-worker.ts', import.meta.url));
const RETENTION_MS = 16 * 24 * 3_600_000;

async function openSqlite(): Promise<OpenedClaims> {
  const database = new DatabaseSync(':memory:');
  return { store: createSqliteClaims(database), close: async () => database.close() };
}

/** In workerd, with a Worker that holds the object's class alone. */
export async function openDurableObject({
  retentionSeconds,
  persistDir,
  onLog = () => {},
}: DurableObjectOptions = {}): Promise<OpenedClaims> {
  const { script } = await bundledOnce(CLAIMS_WORKER);
  const miniflare = new Miniflare({
    modules: true,
    script,
    compatibilityDate: '2026-07-30',
    cf: false,
    handleStructuredLogs: ({ message }: { message: string }) => onLog(message),
    ...(persistDir === undefined ? {} : { durableObjectsPersist: persistDir }),
    durableObjects: { CLAIMS: { className: 'Claims', useSQLite: true } },
    bindings: retentionSeconds === undefined ? {} : { RETENTION_SECONDS: retentionSeconds },
  });
  const namespace = (await miniflare.getDurableObjectNamespace('CLAIMS')) as unknown as ClaimsNamespace;
  return { store: createDurableObjectClaims(namespace), close: () => miniflare.dispose() };
}

async function openDynamoDb(now: () => number): Promise<OpenedClaims> {
  const { client, close } = await startDynamoDb();
  const options = { table: 'claims', retentionMs: RETENTION_MS, clock: createWallClock(now) };
  return { store: createDynamoDbClaims(client, options), close };
}

/** For `describe.each`: what one platform's store must do, each must. */
export const CLAIM_STORES: readonly { readonly implementation: string; readonly open: OpenClaims }[] = [
  { implementation: 'SQLite', open: openSqlite },
  { implementation: 'a Durable Object', open: () => openDurableObject() },
  { implementation: 'DynamoDB', open: openDynamoDb },
];
