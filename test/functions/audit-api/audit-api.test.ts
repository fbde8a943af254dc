import { expect, it, onTestFinished } from 'vitest';
import type { AuditReader, RecordPage } from '../../../functions/audit/audit-reader.ts';
import { canonicalJson } from '../../../functions/audit/canonical-json.ts';
import { verifyChain } from '../../../functions/audit/verify/verify-chain.ts';
import type { ChainEntry } from '../../../functions/audit/verify/verify-verdict.ts';
import type { ChainPage } from '../../../functions/audit-api/read-chain-page.ts';
import { fromWire } from '../../../functions/audit-api/wire-record.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { createAppOnSqlite } from '../support/app-on-sqlite.ts';
import { openAuditFile, recordEvents, STREAM } from '../support/audit-chain.ts';

const TOKEN = 'correct-horse-battery';
const AUTHORIZATION = { authorization: `Bearer ${TOKEN}` };

async function openApi(replaced?: Partial<AuditReader>) {
  const file = openAuditFile(temporaryDirectory());
  onTestFinished(file.close);
  await recordEvents(file, ['one', 'two', 'three']);
  const { app } = await createAppOnSqlite({ token: TOKEN }, { audit: { ...file.reader, ...replaced } });
  const get = (path: string, headers: Record<string, string> = AUTHORIZATION) =>
    app.request(path, { headers });
  return { file, get, json: async <T>(path: string) => (await (await get(path)).json()) as T };
}

it('lets in who may see the page, and nobody else', async () => {
  const { get } = await openApi();
  for (const path of ['/audit/streams', `/audit/chain?stream=${STREAM}`, '/audit/records']) {
    const allowed = await get(path);
    expect(allowed.status).toBe(200);
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-type': 'application/json',
    });
    for (const [headers, error] of [
      [{}, 'access_required'],
      [{ authorization: 'Bearer wrong-token-entirely' }, 'wrong_token'],
    ] as const) {
      const denied = await get(path, headers);
      expect([denied.status, await denied.json()]).toMatchObject([401, { error }]);
    }
  }
});

it('is not there without a page', async () => {
  const { file } = await openApi();
  const without = await createAppOnSqlite({}, { audit: file.reader });
  expect((await without.app.request('/audit/streams', { headers: AUTHORIZATION })).status).toBe(404);
});

it('gives a chain page by page, so that it can be verified elsewhere', async () => {
  const { json } = await openApi();
  expect(await json('/audit/streams')).toEqual({ streams: [STREAM] });
  const entries: (ChainEntry | null)[] = [];
  let after: number | null = 0;
  let pages = 0;
  while (after !== null) {
    const page: ChainPage = await json(`/audit/chain?stream=${STREAM}&after=${after}&limit=4&bodies=1`);
    entries.push(...page.records.map(fromWire));
    after = page.next;
    pages += 1;
  }
  expect(pages).toBe(2);
  async function* chain() {
    for (const entry of entries) if (entry !== null) yield entry;
  }
  expect(await verifyChain(STREAM, chain())).toMatchObject({
    kind: 'verified',
    summary: { events: 3, runs: 3, bodies: 3 },
  });
});

it('gives bodies only where they are asked for', async () => {
  const { json } = await openApi();
  const bare = await json<ChainPage>(`/audit/chain?stream=${STREAM}`);
  expect(bare.records).toHaveLength(6);
  expect(bare.next).toBeNull();
  for (const record of bare.records) expect(record).not.toHaveProperty('body');
});

it('says which event has lost its bytes', async () => {
  const { json } = await openApi({ body: async () => null });
  const { records } = await json<ChainPage>(`/audit/chain?stream=${STREAM}&bodies=1`);
  expect(records.map(({ body }) => body)).toEqual([null, undefined, null, undefined, null, undefined]);
});

it('ends a page early where bodies are large, and goes on from there', async () => {
  const large = new Uint8Array(262_144).fill(0xff);
  const { json } = await openApi({
    body: async () => large,
    chain: async (stream, { after, limit }) =>
      Array.from({ length: limit }, (_, index) => ({
        stream,
        position: after + 1 + index,
        previousHash: '',
        hash: '',
        content: canonicalJson({ kind: 'event', eventId: 'evt' }),
      })),
  });
  const { records, next } = await json<ChainPage>(`/audit/chain?stream=${STREAM}&bodies=1`);
  expect(records).toHaveLength(11);
  expect(next).toBe(11);
  expect(fromWire(records[0])?.body).toEqual(large);
  expect(
    (await json<ChainPage>(`/audit/chain?stream=${STREAM}&bodies=1&after=11`)).records[0]?.position,
  ).toBe(12);
});

it('ends pages early where handlers returned much, so that an answer fits into one of Lambda', async () => {
  const { file, get } = await openApi();
  // Quotes and backslashes, which are escaped again in an answer: four bytes for each two of the result.
  const result = '"'.repeat(2_047);
  const run = {
    stream: STREAM,
    eventId: 'evt_many',
    handler: 'cleanup',
    outcome: 'completed',
    error: null,
  } as const;
  const attempts = Array.from({ length: 700 }, (_, index) => index + 1);
  const times = { startedAtMs: 1, finishedAtMs: 2 };
  await Promise.all(attempts.map((attempt) => file.trail.recordRun({ ...run, attempt, ...times, result })));
  const read = async <Page extends RecordPage | ChainPage>(path: string) => {
    const found: number[] = [];
    let next: Page['next'] = null;
    let pages = 0;
    do {
      const response = await get(`${path}${next === null ? '' : `&after=${next}`}`);
      const text = await response.text();
      expect(new TextEncoder().encode(text).length).toBeLessThan(4_100_000);
      const page = JSON.parse(text) as Page;
      found.push(...page.records.map(({ position }) => position));
      next = page.next;
      pages += 1;
    } while (next !== null);
    return { found, pages };
  };
  const all = Array.from({ length: 706 }, (_, index) => index + 1);
  const chain = await read<ChainPage>(`/audit/chain?stream=${STREAM}&limit=1000`);
  expect(chain).toEqual({ found: all, pages: 2 });
  const records = await read<RecordPage>('/audit/records?limit=1000');
  expect(records.found.toSorted((a, b) => a - b)).toEqual(all);
  expect(records.pages).toBe(2);
});

it('finds records, newest first, page by page', async () => {
  const { json } = await openApi();
  const first = await json<RecordPage>('/audit/records?limit=4');
  const second = await json<RecordPage>(`/audit/records?limit=4&after=${first.next}`);
  expect([...first.records, ...second.records].map(({ position }) => position)).toEqual([6, 5, 4, 3, 2, 1]);
  expect(second.next).toBeNull();
  expect((await json<RecordPage>('/audit/records?hook=postStart&pod=web-1')).records).toHaveLength(1);
});

it.each([
  ['/audit/streams?x=1', 'x'],
  ['/audit/chain', 'stream'],
  ['/audit/chain?stream=', 'stream'],
  [`/audit/chain?stream=${'s'.repeat(1_025)}`, 'stream'],
  ['/audit/chain?stream=s&after=-1', 'after'],
  ['/audit/chain?stream=s&after=1e3', 'after'],
  ['/audit/chain?stream=s&limit=0', 'limit'],
  ['/audit/chain?stream=s&limit=1001', 'limit'],
  ['/audit/chain?stream=s&bodies=yes', 'bodies'],
  ['/audit/chain?stream=s&bodies=1&limit=101', 'limit'],
  ['/audit/chain?stream=s&pod=x', 'pod'],
  ['/audit/records?pods=x', 'pods'],
  ['/audit/records?pod=', 'pod'],
  [`/audit/records?pod=${'p'.repeat(254)}`, 'pod'],
  ['/audit/records?hook=start', 'hook'],
  ['/audit/records?outcome=fine', 'outcome'],
  ['/audit/records?handlerOutcome=fine', 'handlerOutcome'],
  ['/audit/records?fromMs=yesterday', 'fromMs'],
  ['/audit/records?toMs=-1', 'toMs'],
  ['/audit/records?exitCode=9999999999', 'exitCode'],
  ['/audit/records?after=nonsense', 'after'],
  ['/audit/records?after=%00', 'after'],
  ['/audit/records?limit=x', 'limit'],
  ['/audit/records?pod=x&handler=y', 'pod'],
  ['/audit/records?hook=preStop&exitCode=1', 'exitCode'],
  ['/audit/records?fromMs=2&toMs=1', 'fromMs'],
  ['/audit/records?withRuns=1&handler=y', 'handler'],
  ['/audit/records?withRuns=1&limit=201', 'limit'],
])('answers 400 to GET %s, naming the parameter', async (path, parameter) => {
  const { get } = await openApi();
  const response = await get(path);
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    error: 'bad_parameter',
    parameter,
    message: expect.stringMatching(new RegExp(`^${parameter} must be `)),
  });
});

it.each([
  ['nothing', undefined],
  ['no position', { stream: 's', previousHash: '', hash: '', content: '' }],
  ['a position that is none', { stream: 's', position: 0, previousHash: '', hash: '', content: '' }],
  [
    'a body that is no base64',
    { stream: 's', position: 1, previousHash: '', hash: '', content: '', body: '*' },
  ],
])('takes no record from %s', (_what, value) => {
  expect(fromWire(value)).toBeNull();
});
