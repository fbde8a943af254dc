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

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/verify.md'), 'utf8');

/** The code of a language's section, block by block. */
function blocksOf(language: string): string[] {
  const [, section = ''] = PAGE.split(`\n## ${language}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^```\w+\n(.*?)^```/gms)].map(([, code = '']) => code);
}

/** As the page says: the block takes the place of the line that imports the library. */
function inPlaceOfImport(receiver = '', block = ''): string {
  const lines = receiver.split('\n');
  const at = lines.findIndex((line) => /^(import|from) .*standardwebhooks/i.test(line));
  expect(at).toBeGreaterThanOrEqual(0);
  if (!lines[at]?.endsWith(';') || lines[at].includes("'")) return lines.toSpliced(at, 1, block).join('\n');
  // Java wants all imports first.
  const [imports, classes] = [/^import .*$/gm, /^class [\s\S]*/m].map((part) =>
    block.match(part)?.join('\n'),
  );
  return [...lines.toSpliced(at, 1, imports ?? ''), classes].join('\n');
}

type Example = {
  readonly name: string;
  readonly scheme: 'v1' | 'v1a';
  readonly file: string;
  readonly code: string;
  readonly command: string;
  /** A command that ends with 0 where the example can run. */
  readonly needs?: readonly string[];
};

const [nodeReceiver = '', nodeV1a] = blocksOf('Node');
const [pythonReceiver, pythonV1, pythonV1a] = blocksOf('Python');
const [javaReceiver, javaV1a] = blocksOf('Java');

const python = { file: 'receive.py', command: 'python3' };
const EXAMPLES: readonly Example[] = [
  { name: 'Node', scheme: 'v1', file: 'receive.mjs', code: nodeReceiver, command: process.execPath },
  {
    name: 'Node',
    scheme: 'v1a',
    file: 'receive.mjs',
    code: inPlaceOfImport(nodeReceiver, nodeV1a),
    command: process.execPath,
  },
  {
    name: 'Python with its library',
    scheme: 'v1',
    ...python,
    code: pythonReceiver ?? '',
    needs: ['python3', '-c', 'import standardwebhooks'],
  },
  {
    name: 'Python',
    scheme: 'v1',
    ...python,
    code: inPlaceOfImport(pythonReceiver, pythonV1),
    needs: ['python3', '-c', 'import sqlite3'],
  },
  {
    name: 'Python',
    scheme: 'v1a',
    ...python,
    code: inPlaceOfImport(pythonReceiver, pythonV1a),
    needs: ['python3', '-c', 'import cryptography'],
  },
  {
    name: 'Java',
    scheme: 'v1a',
    file: 'Receive.java',
    code: inPlaceOfImport(javaReceiver, javaV1a),
    command: 'java',
    needs: ['javac', '--release', '17', '--version'],
  },
];

function isThere([command = '', ...args]: readonly string[] = ['true']): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

const ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending.splice(0)) end();
});

async function start({ file, code, command }: Example, secret: string) {
  const folder = mkdtempSync(join(tmpdir(), 'offhook-verify-'));
  ending.push(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, file), code);
  mkdirSync(join(folder, 'node_modules'));
  for (const name of ['standardwebhooks', '@stablelib', 'fast-sha256']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  }
  const { PATH, PYTHONPATH } = process.env;
  const env = { PATH, PYTHONPATH, HOME: folder, SIGNING_SECRET: secret, PORT: '0' };
  const child = spawn(command, [file], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  ending.unshift(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const port = await new Promise<string>((resolve, reject) => {
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
    ['Go', 2],
    ['Ruby', 2],
    ['PHP', 2],
    ['Java', 2],
    ['C#', 2],
    ['Rust', 2],
  ])('has a receiver and v1a for %s', (language, blocks) => {
    const code = blocksOf(language);
    expect(code.length).toBe(blocks);
    expect(code.at(-1)).toMatch(/\bv1a\b/);
  });

  const runnable = EXAMPLES.map((example) => ({ ...example, missing: !isThere(example.needs) }));
  for (const example of runnable) {
    it.skipIf(example.missing)(
      `${example.name} takes an event of ${example.scheme} once, and nothing else`,
      { timeout: 120_000 },
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
