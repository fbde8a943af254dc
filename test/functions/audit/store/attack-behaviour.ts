import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { getRequestListener } from '@hono/node-server';
import { expect, it, onTestFinished } from 'vitest';
import { createPageAccess } from '../../../../functions/access/guard/page-access.ts';
import type { AuditReader } from '../../../../functions/audit/audit-reader.ts';
import { createAuditTrail } from '../../../../functions/audit/audit-trail.ts';
import { createCheckpointKeys } from '../../../../functions/audit/checkpoint/checkpoint-keys.ts';
import { maintainAudit } from '../../../../functions/audit/checkpoint/maintain-audit.ts';
import { parseContent } from '../../../../functions/audit/parse-content.ts';
import { recordIdOf } from '../../../../functions/audit/record-id.ts';
import { createAuditRoutes } from '../../../../functions/audit-api/audit-routes.ts';
import { createDirectorySink } from '../../../../functions/platforms/node/directory-sink.ts';
import { createSqliteClaims } from '../../../../functions/platforms/node/sqlite/sqlite-claims.ts';
import { generateSecret } from '../../../../protocol/signature/keygen.ts';
import { systemClock } from '../../../../settings/ambient/clock.ts';
import { temporaryDirectory } from '../../../support/journal-directory.ts';
import { runHere } from '../../../support/run-here.ts';
import { createWallClock } from '../../../support/wall-clock.ts';
import { recordEvents, START_MS } from '../../support/audit-chain.ts';
import { SECRET } from '../../support/signed-post.ts';
import { ATTACKS, type Victim } from './attacks/attacks.ts';
import type { OpenAttackedStore } from './opened-store.ts';
import { STREAM } from './sample-records.ts';

const KEYS = ['zero', 'one', 'two', 'three', 'four', 'five'];
const POST_STOP = { stream: STREAM, position: 7 };
const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** A store with a chain, its checkpoints, and its HTTP API with the program that asks it. */
async function openVictim(open: OpenAttackedStore) {
  const store = await open();
  onTestFinished(store.close);
  let nowMs = START_MS;
  const clock = createWallClock(() => nowMs);
  const setNow = (ms: number) => {
    nowMs = ms;
  };
  const { chains, reader, timeline, tampering } = store;
  const trail = createAuditTrail({ store: chains, clock, random: Math.random });
  await recordEvents({ ...trailFile, trail, clock, setNow }, KEYS);
  const { secret, publicKey = '' } = await generateSecret('v1a');
  const directory = temporaryDirectory();
  const checkpoints = { sink: createDirectorySink(directory), ...(await createCheckpointKeys(secret)) };
  const care = {
    reader,
    prune: trail.prune,
    checkpoints,
    trustBus: false,
    retentionMs: null,
    clock,
    log: silent,
  };
  expect(await maintainAudit(care)).toMatchObject([{ checkpoint: { kind: 'written', position: 12 } }]);
  const stored = await reader.chain(STREAM, { after: 0, limit: 100 });
  const records = await Promise.all(
    stored.map(async (record) => {
      const content = parseContent(record.content);
      const body = content.kind === 'event' ? await reader.body(content.eventId) : null;
      return { ...record, recordId: recordIdOf(content), ...(body !== null && { body }) };
    }),
  );
  const url = await serve(reader);
  const attested = ['--checkpoints', directory, '--checkpoint-secret-file', fileOf(publicKey)];
  const signing = ['--signing-secret-file', fileOf(SECRET)];
  const ask = (command: string, ...options: readonly string[]) => audit(command, '--url', url, ...options);
  const victim: Victim = { records, tampering };
  return { victim, reader, timeline, ask, attested, signing };
}

/** What of an audit file recording does not use. */
const trailFile = { database: undefined as never, reader: undefined as never, close: () => {} };

export function attackBehaviour(open: OpenAttackedStore, attacks: typeof ATTACKS = ATTACKS): void {
  it('is verified by all that there is to verify it with, when nobody attacked it', async () => {
    const { ask, attested, signing } = await openVictim(open);
    const { code, stdout } = await ask('verify', ...attested, ...signing);
    expect(stdout).toMatch(/6 events compared with what was received; 6 signatures verified\n/);
    expect(stdout).toMatch(/\nVerified: 1 chain, 12 records\.\n$/);
    expect(code).toBe(0);
  });

  it.each(attacks.map((attack) => [attack.what, attack] as const))(
    'is found out when somebody %s',
    async (_, attack) => {
      const { victim, ask, attested, signing } = await openVictim(open);
      await attack.run(victim);
      const known = attack.with === 'checkpoints' ? attested : [];
      const { code, stdout } = await ask('verify', '--json', ...signing, ...known);
      const { verified, chains } = JSON.parse(stdout);
      const [{ fault }] = chains;
      expect(`${fault?.kind} at ${fault?.position}`).toMatch(attack.finds);
      expect({ code, verified }).toEqual({ code: 1, verified: false });
    },
  );

  it('is found out, whatever is found by it, when what it is found by lies', async () => {
    const { victim } = await openVictim(open);
    for (const lie of victim.tampering.lies) {
      const { victim: other, ask, signing, timeline } = await openVictim(open);
      await other.tampering.lies.find(({ what }) => what === lie.what)?.tell(POST_STOP);
      const { code, stdout } = await ask('verify', ...signing);
      expect([lie.what, code, stdout]).toEqual([lie.what, 1, expect.stringMatching(lie.named)]);
      expect(stdout).toMatch(/NOT verified/);
      if (!lie.isListed) continue;
      const listed = await ask('list', '--limit', '100');
      expect([lie.what, listed.stdout]).toEqual([lie.what, expect.stringMatching(/CHANGED \(\w+\), run/)]);
      const window = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, filter: {} };
      const { entries } = await timeline.window(window, 100);
      const isShown = entries.some(({ misfiled }) => misfiled !== undefined);
      expect([lie.what, isShown || entries.length < KEYS.length]).toEqual([lie.what, true]);
    }
  }, 120_000);

  it('shows a record that was edited as changed, in lists and on the page', async () => {
    const { victim, ask, timeline } = await openVictim(open);
    await ATTACKS[0]?.run(victim);
    const { stdout } = await ask('list', '--limit', '100');
    expect(stdout).toMatch(/^7 .*CHANGED \(hash\), run "offhook audit verify": exit 0 OOMKilled/m);
    const [, , , , , , postStop] = victim.records;
    expect(await timeline.entry(postStop?.recordId ?? '')).toMatchObject({ exitCode: 0, misfiled: 'hash' });
  });
}

async function serve(reader: AuditReader): Promise<string> {
  const database = new DatabaseSync(':memory:');
  const claims = createSqliteClaims(database);
  const access = createPageAccess({ open: true }, { claims, fetch, clock: systemClock });
  const routes = createAuditRoutes({ access, reader });
  const server = createServer(getRequestListener(routes.fetch, { overrideGlobalObjects: false }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    database.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function fileOf(text: string): string {
  const file = join(temporaryDirectory(), 'key');
  writeFileSync(file, `${text}\n`);
  return file;
}

const audit = (...args: readonly string[]) => runHere(['audit', ...args]);
