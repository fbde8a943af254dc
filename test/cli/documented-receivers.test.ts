import { execFileSync, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { generateSecret } from '../../protocol/signature/keygen.ts';
import { createSigner } from '../../protocol/signature/sign.ts';
import { told } from '../functions/support/container-events.ts';
import { blocksOf, VERIFY_EXAMPLES, type VerifyExample, whyNot } from './verify-examples.ts';

const ROOT = join(import.meta.dirname, '../..');
const ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending.splice(0)) end();
});

async function start({ files, build, command, port: announced }: VerifyExample, secret: string) {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-verify-'));
  ending.push(() => rmSync(folder, { recursive: true, force: true }));
  for (const [file, code] of Object.entries(files)) writeFileSync(join(folder, file), code);
  mkdirSync(join(folder, 'node_modules'));
  for (const name of ['standardwebhooks', '@stablelib', 'fast-sha256']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  }
  if (build !== undefined) execFileSync(build[0] ?? '', build.slice(1), { cwd: folder, stdio: 'pipe' });
  const { PATH, PYTHONPATH } = process.env;
  const env = { PATH, PYTHONPATH, HOME: folder, SIGNING_SECRET: secret, PORT: '0', EVENTS_DB: 'events.db' };
  const child = spawn(command[0] ?? '', command.slice(1), {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  ending.unshift(() => child.kill('SIGKILL'));
  let said = '';
  const port = await new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
      const found = announced?.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('error', reject).once('exit', () => reject(new Error(said)));
  });
  const stored = (): readonly string[] => {
    const files = readdirSync(folder);
    if (files.includes('events')) {
      return readdirSync(join(folder, 'events')).map((id) =>
        readFileSync(join(folder, 'events', id), 'utf8'),
      );
    }
    if (!files.includes('events.db')) return [];
    const db = new DatabaseSync(join(folder, 'events.db'), { readOnly: true });
    const rows = db.prepare('SELECT CAST(body AS TEXT) AS body FROM events').all();
    db.close();
    return rows.map(({ body }) => String(body));
  };
  return { url: `http://127.0.0.1:${port}/events`, stored };
}

describe('docs/verify.md', () => {
  it.each([
    ['Node', 2],
    ['Python', 3],
    ['Go', 3],
    ['Ruby', 3],
    ['PHP', 3],
    ['Java', 3],
    ['C#', 2],
    ['Rust', 2],
  ])('has a receiver and v1a for %s', (language, blocks) => {
    const code = blocksOf(language);
    expect(code.length).toBe(blocks);
    expect(code.at(-1)).toMatch(/\bv1a\b/);
  });

  for (const example of VERIFY_EXAMPLES) {
    const reason = whyNot(example);
    it.skipIf(reason !== null)(
      `${example.name} takes an event of ${example.scheme} once, and nothing else${reason === null ? '' : ` (${reason})`}`,
      { timeout: 300_000 },
      async () => {
        const { secret, publicKey } = await generateSecret(example.scheme);
        const { url, stored } = await start(example, publicKey ?? secret);
        const event = told.postStop({}, 137, 'OOMKilled');
        const body = JSON.stringify(event);
        const now = Math.floor(Date.now() / 1000);
        const post = async ({ text = body, age = 0, by = secret } = {}): Promise<number> => {
          const timestampSeconds = now - age;
          const signer = await createSigner([(await generateSecret(example.scheme)).secret, by]);
          const message = { id: event.id, timestampSeconds, body: new TextEncoder().encode(body) };
          const headers = {
            'webhook-id': event.id,
            'webhook-timestamp': String(timestampSeconds),
            'webhook-signature': await signer.sign(message),
          };
          return (await fetch(url, { method: 'POST', headers, body: text })).status;
        };
        const other = (await generateSecret(example.scheme)).secret;
        expect(await post({ by: other })).toBe(401);
        expect(await post({ text: `${body} ` })).toBe(401);
        expect(await post({ age: 400 })).toBe(401);
        expect(await post({ age: -400 })).toBe(401);
        expect((await fetch(url, { method: 'POST', body })).status).toBe(401);
        expect(stored()).toEqual([]);
        expect([await post(), await post({ age: 200 })]).toEqual([202, 202]);
        expect(stored()).toEqual([body]);
      },
    );
  }
});
