import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { getRequestListener } from '@hono/node-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPageAccess } from '../../../functions/access/guard/page-access.ts';
import { createCheckpointKeys } from '../../../functions/audit/checkpoint/checkpoint-keys.ts';
import { maintainAudit } from '../../../functions/audit/checkpoint/maintain-audit.ts';
import { AUDIT_SCHEMA } from '../../../functions/audit/sql/schema.ts';
import { createAuditRoutes } from '../../../functions/audit-api/audit-routes.ts';
import { createDirectorySink } from '../../../functions/platforms/node/directory-sink.ts';
import { createSqliteClaims } from '../../../functions/platforms/node/sqlite/sqlite-claims.ts';
import { generateSecret } from '../../../protocol/signature/keygen.ts';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { type AuditFile, openAuditFile, recordEvents, STREAM } from '../../functions/support/audit-chain.ts';
import { sampleId } from '../../functions/support/sample-events.ts';
import { SECRET } from '../../functions/support/signed-post.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runHere } from '../../support/run-here.ts';

const TOKEN = 'correct-horse-battery';
const KEYS = ['zero', 'one', 'two', 'three', 'four', 'five'];
const silent = { info: () => {}, warn: () => {}, error: () => {} };

const audit = (...args: readonly string[]) => runHere(['audit', ...args]);

type Trail = AuditFile & { readonly dataDir: string; readonly from: readonly string[] };

/** A data directory with six events and a run for each; its receiver still has it open. */
async function openTrail(): Promise<Trail> {
  const dataDir = temporaryDirectory();
  const file = openAuditFile(dataDir);
  onTestFinished(file.close);
  await recordEvents(file, KEYS);
  return { ...file, dataDir, from: ['--data-dir', dataDir] };
}

/** Changes the file as somebody with a shell would. */
function tamper({ dataDir }: Trail, ...statements: readonly string[]): void {
  const database = new DatabaseSync(join(dataDir, 'receiver.db'));
  database.exec('DROP TRIGGER audit_never_changed; DROP TRIGGER audit_only_at_the_end;');
  for (const statement of statements) database.exec(statement);
  // And hides how it was done.
  for (const statement of AUDIT_SCHEMA) database.exec(statement);
  database.close();
}

function secretFile(text: string): string {
  const file = join(temporaryDirectory(), 'key');
  writeFileSync(file, `${text}\n`);
  return file;
}

/** Signs how far the trail has grown, and gives the options by which that is verified. */
async function attest(trail: Trail, directory = temporaryDirectory()) {
  const { secret, publicKey } = await generateSecret('v1a');
  const keys = await createCheckpointKeys(secret);
  const checkpoints = { sink: createDirectorySink(directory), ...keys };
  const { reader, clock } = trail;
  const prune = trail.trail.prune;
  const [report] = await maintainAudit({
    reader,
    prune,
    checkpoints,
    trustBus: false,
    retentionMs: null,
    clock,
    log: silent,
  });
  expect(report).toMatchObject({ checkpoint: { kind: 'written' } });
  return {
    directory,
    signer: keys.signer,
    options: ['--checkpoints', directory, '--checkpoint-secret-file', secretFile(publicKey ?? '')],
  };
}

/** The HTTP API of a receiver, behind its token. */
async function serve(trail: Trail): Promise<readonly string[]> {
  const claims = createSqliteClaims(trail.database);
  const access = createPageAccess({ token: TOKEN }, { claims, fetch, clock: systemClock });
  const routes = createAuditRoutes({ access, reader: trail.reader });
  const server = createServer(getRequestListener(routes.fetch, { overrideGlobalObjects: false }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return ['--url', `http://127.0.0.1:${port}`, '--token-file', secretFile(TOKEN)];
}

async function exported(trail: Trail): Promise<string> {
  const file = join(temporaryDirectory(), 'audit.jsonl');
  expect(await audit('export', ...trail.from, '--out', file)).toMatchObject({ code: 0, stdout: '' });
  return file;
}

describe('offhook audit', () => {
  it('lists its commands; every one explains itself', async () => {
    const overview = await audit();
    expect(overview.code).toBe(0);
    for (const name of ['verify', 'list', 'export']) {
      expect(overview.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
      const help = await audit(name, '--help');
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toMatch(new RegExp(`^Usage: offhook audit ${name}`));
      for (const line of help.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
    }
  });

  it.each([
    [['verify'], /one of --data-dir DIR, --url URL and --file FILE/],
    [['list', '--data-dir', 'a', '--file', 'b'], /one of --data-dir DIR, --url URL and --file FILE/],
    [['list', '--data-dir', 'a', '--token-file', 'b'], /--token-file goes with --url/],
    [['list', '--url', 'ftp://a'], /--url must be an http\(s\) URL/],
    [['list', '--url', 'https://user:pass@host'], /--url must be an http\(s\) URL/],
    [
      ['verify', '--data-dir', 'a', '--checkpoint-secret-file', 'b'],
      /--checkpoint-secret-file goes with --checkpoints/,
    ],
    [['verify', '--data-dir', 'a', '--no-bodies', '--signing-secret-file', 'b'], /leave out --no-bodies/],
    [['list', '--data-dir', 'a', '--hook', 'start'], /--hook must be one of preStart/],
    [['list', '--data-dir', 'a', '--exit-code', 'x'], /--exit-code must be a whole number/],
    [['list', '--data-dir', 'a', '--outcome', 'fine'], /--outcome must be one of completed/],
    [['list', '--data-dir', 'a', '--since', 'x'], /--since must be a time/],
    [['list', '--data-dir', 'a', '--event', 'x'], /--event must be an id/],
    [['list', '--data-dir', 'a', '--limit', '0'], /--limit must be a whole number from 1 to 1000/],
    [['export', '--data-dir', 'a', '--after', 'x'], /--after must be a position/],
    [['export', '--data-dir', 'a', '--force'], /--force goes with --out/],
  ])('%j is a usage mistake, exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await audit(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('pass@');
  });

  it('says so when there is no audit trail', async () => {
    const empty = temporaryDirectory();
    expect(await audit('verify', '--data-dir', empty)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/there is no receiver\.db in .*: is it a receiver's data directory\?/),
    });
    new DatabaseSync(join(empty, 'receiver.db')).close();
    expect((await audit('verify', '--data-dir', empty)).stderr).toMatch(
      /no receiver of this version has written/,
    );
    writeFileSync(join(empty, 'receiver.db'), 'nonsense'.repeat(1_000));
    expect((await audit('list', '--data-dir', empty)).stderr).toMatch(/the file is damaged/);
    expect((await audit('list', '--file', join(empty, 'x'))).stderr).toMatch(/x: no such file/);
  });
});

describe('offhook audit verify', () => {
  it('verifies a trail whose receiver runs, and says what was looked at', async () => {
    const trail = await openTrail();
    const { options } = await attest(trail);
    const result = await audit(
      'verify',
      ...trail.from,
      ...options,
      '--signing-secret-file',
      secretFile(SECRET),
    );
    expect(result).toEqual({
      code: 0,
      stderr: '',
      stdout: `${STREAM}: verified
  positions 1 to 12: 6 events, 6 handler runs
  6 events compared with what was received; 6 signatures verified
  1 checkpoint matched, the last for position 12, none is behind it

Verified: 1 chain, 12 records.
`,
    });
  });

  it('never says more than it has checked', async () => {
    const trail = await openTrail();
    const { options } = await attest(trail);
    const [, directory = '', , key = ''] = options;
    const signing = ['--signing-secret-file', secretFile(SECRET)];
    const ending = async (...given: readonly string[]) =>
      (await audit('verify', ...trail.from, ...given)).stdout.split('\n').at(-2);
    expect(await ending()).toBe(
      'Verified: 1 chain, 12 records. Not checked: who signed the events (--signing-secret-file); the end of the chains (--checkpoints).',
    );
    expect(await ending('--no-bodies', '--checkpoints', directory)).toBe(
      'Verified: 1 chain, 12 records. Not checked: what was received (--no-bodies); who signed the events (--signing-secret-file); who signed the checkpoints (--checkpoint-secret-file).',
    );
    expect(await ending(...signing, '--checkpoints', directory, '--checkpoint-secret-file', key)).toBe(
      'Verified: 1 chain, 12 records.',
    );
    expect(await ending('--signing-secret-file', secretFile('whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'))).toBe(
      'NOT verified: 1 of 1 chain.',
    );
  });

  it('finds an index that leaves a row out, though every row is as it was', async () => {
    const trail = await openTrail();
    const database = new DatabaseSync(join(trail.dataDir, 'receiver.db'), { defensive: false } as object);
    const partial = "'CREATE INDEX audit_by_pod ON audit_records (pod, at_ms) WHERE pod IS NOT NULL'";
    database.exec(`DROP INDEX audit_by_pod;
      CREATE INDEX audit_by_pod ON audit_records (pod, at_ms) WHERE pod = 'web-1';
      PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET sql = ${partial} WHERE name = 'audit_by_pod';
      PRAGMA writable_schema = RESET;`);
    database.close();
    const { code, stdout } = await audit('verify', ...trail.from);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringMatching(/store: NOT verified\n.*missing from index audit_by_pod/),
    });
  });

  it('says what was not looked at', async () => {
    const trail = await openTrail();
    const { directory } = await attest(trail);
    await recordEvents(trail, ['later']);
    const bare = await audit('verify', ...trail.from, '--no-bodies');
    expect(bare.code).toBe(0);
    expect(bare.stdout).toMatch(/what is kept of the events was not compared/);
    expect(bare.stdout).toMatch(
      /no checkpoints given: a missing end, or a chain computed anew, would not show/,
    );
    const unsigned = await audit('verify', ...trail.from, '--checkpoints', directory);
    expect(unsigned.stdout).toMatch(/signatures not checked/);
    expect(unsigned.stdout).toMatch(
      /position 12, 2 records behind it not attested yet; their signatures were not checked \(--checkpoint-secret-file\)/,
    );
  });

  it('explains the first record that is wrong, and ends with 1', async () => {
    const trail = await openTrail();
    tamper(trail, `UPDATE audit_records SET content = replace(content, '137', '0') WHERE position = 7`);
    const { code, stdout } = await audit('verify', ...trail.from);
    expect(code).toBe(1);
    expect(stdout).toBe(`${STREAM}: NOT verified
  position 7, event ${sampleId('three')}
  edited: its hash is not the hash of what it holds
  The record was changed after it was written.
  What comes before it, positions 1 to 6, is sound.

NOT verified: 1 of 1 chain.
`);
  });

  it.each([
    ['a record deleted', `DELETE FROM audit_records WHERE position = 5`, 'missing', 5],
    ['the end deleted', `DELETE FROM audit_records WHERE position > 9`, 'truncated', 10],
    ['everything deleted', `DELETE FROM audit_records`, 'truncated', 1],
    ['the beginning deleted', `DELETE FROM audit_records WHERE position < 4`, 'beginningMissing', 1],
    [
      'two records swapped',
      `UPDATE audit_records SET position = 99 WHERE position = 3;
       UPDATE audit_records SET position = 3 WHERE position = 8;
       UPDATE audit_records SET position = 8 WHERE position = 99`,
      'reordered',
      3,
    ],
    [
      'a hash changed',
      `UPDATE audit_records SET hash = replace(hash, 'a', 'b') WHERE position = 6`,
      'edited',
      6,
    ],
    ['a link changed', `UPDATE audit_records SET previous_hash = hash WHERE position = 6`, 'edited', 6],
    [
      'what was received changed',
      `UPDATE audit_records SET body = CAST(replace(body, 'web-0', 'web-9') AS BLOB) WHERE position = 1`,
      'bodyEdited',
      1,
    ],
    [
      'what was received removed',
      `UPDATE audit_records SET body = NULL WHERE position = 9`,
      'bodyMissing',
      9,
    ],
  ])('finds %s in the database', async (_what, statement, kind, position) => {
    const trail = await openTrail();
    const { options } = await attest(trail);
    tamper(trail, statement);
    const { code, stdout } = await audit('verify', ...trail.from, ...options, '--json');
    expect(code).toBe(1);
    const { verified, chains } = JSON.parse(stdout);
    expect(verified).toBe(false);
    expect(chains[0]).toMatchObject({ kind: 'broken', stream: STREAM, fault: { kind, position } });
  });

  it('finds the wrong keys', async () => {
    const trail = await openTrail();
    const other = secretFile('whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD');
    const events = await audit('verify', ...trail.from, '--signing-secret-file', other);
    expect(events).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/badSignature: no signature of the event/),
    });
    const { directory } = await attest(trail);
    const signed = await audit(
      'verify',
      ...trail.from,
      '--checkpoints',
      directory,
      '--checkpoint-secret-file',
      other,
    );
    expect(signed.code).toBe(1);
    expect(signed.stdout).toMatch(
      /^checkpoints: NOT verified\n {2}position 12\n {2}badCheckpoint: urn_3a.*12\.json: its signature/,
    );
    expect(signed.stdout).toMatch(/the chains are sound in themselves, the checkpoints are not/);
    const nonsense = await audit('verify', ...trail.from, '--signing-secret-file', secretFile('hunter2'));
    expect(nonsense).toMatchObject({ code: 1, stdout: '' });
    expect(nonsense.stderr).toMatch(
      /--signing-secret-file: key 1 of 1: verification key must begin with whsec_ or whpk_/,
    );
    expect(nonsense.stderr).not.toContain('hunter2');
  });

  it('reads checkpoints below a prefix, and does not take a wrong directory for attested', async () => {
    const trail = await openTrail();
    const bucket = temporaryDirectory();
    const { options } = await attest(trail, join(bucket, 'trail', 'eu'));
    const key = options[3] ?? '';
    const found = await audit(
      'verify',
      ...trail.from,
      '--checkpoints',
      bucket,
      '--checkpoint-secret-file',
      key,
    );
    expect(found).toMatchObject({ code: 0, stdout: expect.stringMatching(/1 checkpoint matched/) });
    for (const [directory, why] of [
      [temporaryDirectory(), /there is no checkpoint in it/],
      [join(bucket, 'nowhere'), /cannot be read \(ENOENT\)/],
    ] as const) {
      const missed = await audit('verify', ...trail.from, '--checkpoints', directory);
      expect(missed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(why) });
    }
  });

  it('verifies what the retention left', async () => {
    const trail = await openTrail();
    const { options, signer } = await attest(trail);
    await trail.trail.prune(STREAM, trail.clock.nowMs() - 2_000, signer);
    const { code, stdout } = await audit('verify', ...trail.from, ...options);
    expect(code).toBe(0);
    expect(stdout).toMatch(/the retention has removed positions 1 to 6/);
  });

  it('does not take nothing for verified', async () => {
    const trail = await openTrail();
    tamper(trail, 'DELETE FROM audit_records');
    expect(await audit('verify', ...trail.from)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/NOT verified: there is no record/),
    });
  });

  it('verifies over HTTP and from an export alike', async () => {
    const trail = await openTrail();
    const { options } = await attest(trail);
    const all = ['verify', ...options, '--signing-secret-file', secretFile(SECRET), '--json'];
    const here = await audit(...all, ...trail.from);
    expect(here.code).toBe(0);
    expect(await audit(...all, ...(await serve(trail)))).toEqual(here);
    expect(await audit(...all, '--file', await exported(trail))).toEqual(here);
  });

  it('reads a long chain to its end', async () => {
    const trail = await openTrail();
    const run = {
      stream: STREAM,
      eventId: 'evt_x',
      handler: 'cleanup',
      outcome: 'failed',
      error: 'x',
    } as const;
    const attempts = Array.from({ length: 1_500 }, (_, index) => index + 1);
    const times = { startedAtMs: 1, finishedAtMs: 2 };
    await Promise.all(attempts.map((attempt) => trail.trail.recordRun({ ...run, attempt, ...times })));
    for (const source of [trail.from, await serve(trail)]) {
      const { code, stdout } = await audit('verify', ...source);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Verified: 1 chain, 1512 records\./);
    }
    tamper(trail, 'DELETE FROM audit_records WHERE position = 1450');
    const { stdout } = await audit('verify', ...trail.from);
    expect(stdout).toMatch(/missing: position 1450 is missing/);
  });

  it('finds it too when an export was changed', async () => {
    const file = await exported(await openTrail());
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const write = (...changed: readonly string[]) => writeFileSync(file, `${changed.join('\n')}\n`);
    const verdict = async () =>
      JSON.parse((await audit('verify', '--file', file, '--json')).stdout).chains[0];
    const [first = '', second = '', third = ''] = lines;
    write(first, third, second, ...lines.slice(3));
    expect(await verdict()).toMatchObject({ fault: { kind: 'reordered', position: 2 } });
    write(...lines.slice(0, 4), third, ...lines.slice(4));
    expect(await verdict()).toMatchObject({ fault: { kind: 'forked', position: 3 } });
    write(...lines);
    expect(await verdict()).toMatchObject({ kind: 'verified' });
    const other = lines.map((line) => line.replaceAll('cluster:c0ffee', 'cluster:other'));
    write(...lines.flatMap((line, index) => [line, other[index] ?? '']));
    expect(JSON.parse((await audit('verify', '--file', file, '--json')).stdout).chains).toMatchObject([
      { kind: 'verified' },
      { kind: 'broken', fault: { kind: 'edited', position: 1 } },
    ]);
    write(...lines.slice(0, 6), ...lines.slice(8));
    expect(await verdict()).toMatchObject({ fault: { kind: 'missing', position: 7 } });
    write(...lines.map((line) => line.replace(/,"body":"[^"]*"/, '')));
    expect(await verdict()).toMatchObject({ fault: { kind: 'bodyMissing', position: 1 } });
    write(...lines.map((line) => line.replace(/"body":"[^"]*"/, '"body":null')));
    expect(await verdict()).toMatchObject({ fault: { kind: 'bodyMissing', position: 1 } });
    write(...lines.slice(0, 1), (lines[1] ?? '').replace('}', ',"body":"AAAA"}'), ...lines.slice(2));
    expect((await audit('verify', '--file', file)).code).toBe(1);
    const chains = Array.from({ length: 1_001 }, (_, index) =>
      (lines[0] ?? '').replaceAll('c0ffee', `c${index}`),
    );
    write(...chains);
    expect(await audit('verify', '--file', file)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/names more than 1000 chains/),
    });
    write(...lines);
    writeFileSync(file, gzipSync(readFileSync(file)).subarray(0, 700));
    expect(await audit('verify', '--file', file)).toMatchObject({ code: 1, stdout: '' });
    write(...lines);
    appendFileSync(file, '{"stream":');
    expect(await audit('verify', '--file', file)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/audit\.jsonl: line 13 is no record of an export/),
    });
  });
});

describe('offhook audit list', () => {
  it('lists the latest first, page by page', async () => {
    const trail = await openTrail();
    const { code, stdout, stderr } = await audit('list', ...trail.from, '--limit', '3');
    expect(code).toBe(0);
    const [heading, ...rows] = stdout.trimEnd().split('\n');
    expect(heading).toMatch(/^POSITION +TIME +WHAT +SUBJECT +RESULT +EVENT$/);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatch(/^12 .*run +handler cleanup +attempt 1 completed in 25 ms +evt_/);
    expect(rows[1]).toMatch(/^11 +2026-11-22T14:24:07\.000Z +postStart +shop\/web-2\/app/);
    const cursor = /^More: --after (\S+)\n$/.exec(stderr)?.[1] ?? '';
    const next = await audit('list', ...trail.from, '--after', cursor, '--limit', '1000');
    expect(next.stdout.trimEnd().split('\n')).toHaveLength(1 + 9);
    expect(next.stderr).toBe('');
  });

  it.each([
    [['--exit-code', '137'], 1],
    [['--outcome', 'oomKilled'], 1],
    [['--hook', 'postStart'], 5],
    [['--namespace', 'shop', '--hook', 'postStart'], 2],
    [['--pod', 'web-1'], 2],
    [['--container', 'other'], 0],
    [['--cluster', 'prod-eu-1'], 6],
    [['--handler', 'cleanup'], 6],
    [['--handler-outcome', 'failed'], 0],
    [['--event', 'ID OF three'], 2],
    [['--since', '2026-11-22T14:24:06Z', '--until', '2026-11-22T14:24:07Z'], 2],
  ])('finds by %j, the same in a database, over HTTP and in an export', async (named, found) => {
    const trail = await openTrail();
    // The id is known once the event was made.
    const filter = named.map((word) => word.replace('ID OF three', sampleId('three')));
    const sources = [trail.from, await serve(trail), ['--file', await exported(trail)]];
    const answers = await Promise.all(sources.map((source) => audit('list', ...source, ...filter, '--json')));
    const positions = answers.map(({ stdout }) =>
      stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line).position),
    );
    expect(answers.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(positions[0]).toHaveLength(found);
    expect(positions[1]).toEqual(positions[0]);
    expect(positions[2]?.toSorted()).toEqual(positions[0]?.toSorted());
  });

  it.each([
    [['--namespace', 'blog'], 3, ['cleanup', 'cleanup', 'cleanup']],
    [['--pod', 'web-1', '--handler', 'cleanup'], 2, ['cleanup', 'cleanup']],
    [['--pod', 'web-1', '--handler', 'nobody'], 2, []],
    [['--handler-outcome', 'failed', '--limit', '2'], 2, []],
  ])('tells with %j --with-runs who handled it, the same everywhere', async (filter, events, handlers) => {
    const trail = await openTrail();
    const sources = [trail.from, await serve(trail), ['--file', await exported(trail)]];
    for (const source of sources) {
      const { code, stdout } = await audit('list', '--with-runs', ...source, ...filter, '--json');
      const records = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).record]));
      expect(code).toBe(0);
      expect(records.filter(({ kind }) => kind === 'event')).toHaveLength(events);
      expect(records.flatMap(({ handler }) => handler ?? [])).toEqual(handlers);
      // Each run stands below its own event.
      for (const [index, record] of records.entries())
        if (record.kind === 'run') expect(record.eventId).toBe(records[index - 1].eventId);
    }
  });

  it('shows what handlers returned: its beginning, on one line, without what a terminal would obey', async () => {
    const trail = await openTrail();
    const run = {
      stream: STREAM,
      eventId: sampleId('five'),
      handler: 'pager',
      outcome: 'completed',
    } as const;
    const times = { error: null, startedAtMs: 1, finishedAtMs: 11 };
    const result = { ticket: 'OPS-1', text: '\u001b[31m\u202e\u0085 é' };
    await trail.trail.recordRun({ ...run, attempt: 1, ...times, result });
    await trail.trail.recordRun({ ...run, attempt: 2, ...times, result: 'x'.repeat(4_000) });
    await trail.trail.recordRun({ ...run, attempt: 3, ...times, resultOmitted: 'not JSON: Response' });
    await trail.trail.recordRun({ ...run, attempt: 4, ...times, result: null });
    for (const source of [trail.from, await serve(trail), ['--file', await exported(trail)]]) {
      const filter = ['list', '--with-runs', ...source, '--handler', 'pager', '--pod', 'web-2'];
      const { code, stdout } = await audit(...filter);
      expect(code).toBe(0);
      const rows = stdout.split('\n').filter((row) => row.includes('handler pager'));
      expect(rows.map((row) => /attempt.*?(?= {2,}evt_)/.exec(row)?.[0])).toEqual([
        'attempt 1 completed in 10 ms, returned {"text":"\\u001b[31m\\u202e\\u0085 é","ticket":"OPS-1"}',
        `attempt 2 completed in 10 ms, returned "${'x'.repeat(158)}…`,
        'attempt 3 completed in 10 ms, result left out: not JSON: Response',
        'attempt 4 completed in 10 ms, returned null',
      ]);
      const json = await audit(...filter, '--json');
      const records = json.stdout
        .split('\n')
        .flatMap((line) => (line === '' ? [] : [JSON.parse(line).record]));
      expect(records.find(({ attempt, handler }) => attempt === 1 && handler === 'pager').result).toEqual(
        result,
      );
      expect(json.stdout).not.toMatch(/(?!\n)[\p{C}]/u);
      expect((await audit('verify', ...source)).code).toBe(0);
    }
  });

  it.each([
    [['--namespace', 'shop', '--handler', 'cleanup'], /--namespace is about events and --handler about runs/],
    [
      ['--exit-code', '1', '--handler-outcome', 'failed'],
      /--exit-code .* --handler-outcome .*with --with-runs/,
    ],
    [['--hook', 'preStart', '--exit-code', '1'], /--exit-code matches postStop only; leave out --hook/],
    [['--since', '1h', '--until', '2h'], /--since is not before --until, so nothing matches/],
  ])('refuses %j, which nothing can match, and says what to do', async (filter, message) => {
    const trail = await openTrail();
    const { code, stdout, stderr } = await audit('list', ...trail.from, ...filter);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
  });

  it('says that nothing matches, and that a cursor is none', async () => {
    const trail = await openTrail();
    const sources = [trail.from, await serve(trail), ['--file', await exported(trail)]];
    for (const source of sources) {
      expect(await audit('list', ...source, '--pod', 'x')).toEqual({
        code: 0,
        stdout: '',
        stderr: 'No record matches.\n',
      });
      const { code, stderr } = await audit('list', ...source, '--after', 'no cursor');
      expect(code).toBeGreaterThan(0);
      expect(stderr).toMatch(/after must be/);
    }
  });

  it('pages through an export', async () => {
    const file = await exported(await openTrail());
    const first = await audit('list', '--file', file, '--limit', '7', '--json');
    const cursor = /--after (\S+)/.exec(first.stderr)?.[1] ?? '';
    const second = await audit('list', '--file', file, '--limit', '7', '--after', cursor, '--json');
    const positions = (first.stdout + second.stdout)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).position);
    expect(positions).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(second.stderr).toBe('');
  });

  it('does not pass on what a terminal would obey', async () => {
    const trail = await openTrail();
    tamper(
      trail,
      `UPDATE audit_records SET content = replace(content, 'web-0', 'web\\u001b[2J') WHERE position = 1`,
    );
    const { stdout } = await audit('list', ...trail.from);
    expect(stdout).toMatch(/web\\u001b\[2J/);
    expect(stdout).not.toContain('\u001b');
  });
});

describe('offhook audit export', () => {
  it('writes every record with what was received, and says how to go on', async () => {
    const trail = await openTrail();
    const whole = await audit('export', ...trail.from);
    expect(whole.code).toBe(0);
    const lines = whole.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(JSON.parse(Buffer.from(lines[0].body, 'base64').toString())).toMatchObject({
      id: sampleId('zero'),
    });
    expect(Object.keys(lines[1])).toEqual(['stream', 'position', 'previousHash', 'hash', 'content']);
    expect(whole.stderr).toBe(
      `Exported 12 records of 1 chain, 6 of them events.\nGo on with: --stream ${STREAM} --after 12\n`,
    );
    await recordEvents(trail, ['later']);
    const rest = await audit('export', ...trail.from, '--stream', STREAM, '--after', '12');
    const file = join(temporaryDirectory(), 'both.jsonl');
    writeFileSync(file, whole.stdout + rest.stdout);
    expect((await audit('verify', '--file', file)).stdout).toMatch(/Verified: 1 chain, 14 records/);
  });

  it('never overwrites a file unless told to', async () => {
    const trail = await openTrail();
    const file = join(temporaryDirectory(), 'audit.jsonl');
    writeFileSync(file, 'precious');
    const refused = await audit('export', ...trail.from, '--out', file);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/exists already; --force overwrites it/),
    });
    expect(readFileSync(file, 'utf8')).toBe('precious');
    expect((await audit('export', ...trail.from, '--out', file, '--force')).code).toBe(0);
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(13);
    mkdirSync(`${file}.d`);
    expect((await audit('export', ...trail.from, '--out', `${file}.d`, '--force')).stderr).toMatch(/EISDIR/);
  });

  it('exports over HTTP what it exports from the database', async () => {
    const trail = await openTrail();
    expect(await audit('export', ...(await serve(trail)))).toEqual(await audit('export', ...trail.from));
  });

  it('asks which of several chains a position is of', async () => {
    const trail = await openTrail();
    await trail.trail.recordRun({
      stream: 'urn:offhook:cluster:other',
      eventId: 'evt_x',
      handler: 'cleanup',
      attempt: 1,
      outcome: 'completed',
      error: null,
      startedAtMs: 1,
      finishedAtMs: 2,
    });
    const { code, stderr } = await audit('export', ...trail.from, '--after', '3');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `offhook audit: --after needs --stream, because there are several chains: ${STREAM}, urn:offhook:cluster:other\n`,
    });
    expect((await audit('export', ...trail.from, '--stream', 'x')).stderr).toMatch(
      /there is no chain x; there are: urn/,
    );
  });
});

describe('over HTTP, it explains', () => {
  it('that the token is wrong or missing', async () => {
    const trail = await openTrail();
    const [, url = ''] = await serve(trail);
    const wrong = await audit('list', '--url', url, '--token-file', secretFile('wrong-token-entirely'));
    expect(wrong).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/does not let this in \(HTTP 401\)/),
    });
    expect(wrong.stderr).not.toContain('wrong-token');
    expect((await audit('list', '--url', url)).code).toBe(1);
  });

  it.each([
    [302, 'text', /sends elsewhere \(HTTP 302\)/],
    [404, '{}', /shows no audit trail \(HTTP 404\)/],
    [400, '{"message":"pod must be short"}', /refuses \(HTTP 400\): pod must be short/],
    [200, '<html>', /does not answer as one of this version/],
    [200, '{"streams":[1]}', /does not answer as one of this version/],
    [503, '', /cannot be asked: HTTP 503/],
  ])('an answer %i %s', async (status, body, message) => {
    const server = createServer((_request, response) =>
      response.writeHead(status, { location: '/x' }).end(body),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await audit('verify', '--url', `http://127.0.0.1:${port}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});
