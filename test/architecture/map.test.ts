import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PRODUCT_FOLDERS } from './rules.ts';

const root = join(import.meta.dirname, '..', '..');
const guide = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
const sections = readMap(guide);

/** Drawn before they are built, so that nobody builds them elsewhere. */
const PLANNED = ['functions/package', 'functions/package/create', 'infra/monitoring'];

/** The lines of the map, by the folder of the top level below which they stand. */
function readMap(text: string): ReadonlyMap<string, string> {
  const [, block = ''] = text.slice(text.indexOf('## Where things are')).split('```');
  const found = new Map<string, string>();
  let top = '';
  for (const line of block.split('\n')) {
    top = /^([a-z]+)\/ /.exec(line)?.[1] ?? top;
    found.set(top, `${found.get(top) ?? ''}${line}\n`);
  }
  return found;
}

function foldersIn(path: string): string[] {
  return readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

describe('the map in CONTRIBUTING.md', () => {
  test.each(PRODUCT_FOLDERS.filter((folder) => folder !== 'cli'))('names every room of %s/', (folder) => {
    const drawn = sections.get(folder) ?? '';
    expect(foldersIn(folder).filter((room) => !drawn.includes(`${room}/`))).toEqual([]);
  });

  test.each([...PRODUCT_FOLDERS])('names no room of %s/ that is not there', (folder) => {
    const drawn = sections.get(folder) ?? '';
    const rooms = [...drawn.matchAll(/^ {2}((?:[a-z0-9]+\/ ?)+)/gm)].flatMap(([, names = '']) =>
      names.trim().split(' '),
    );
    const missing = rooms
      .map((room) => `${folder}/${room.replace(/\/$/, '')}`)
      .filter((path) => !existsSync(join(root, path)) && !PLANNED.includes(path));
    expect(missing).toEqual([]);
  });

  test('leads to files and folders that are there', () => {
    const paths = [...guide.matchAll(/`((?:protocol|settings|watcher|functions|infra|cli)\/[\w./-]+)`/g)].map(
      ([, path = '']) => path.replace(/\/$/, ''),
    );
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter((path) => !existsSync(join(root, path)) && !PLANNED.includes(path))).toEqual([]);
  });

  test('follows an event over files that are there', () => {
    const way = guide.slice(guide.indexOf("### One event's way"), guide.indexOf('A new file goes where'));
    const names = [...way.matchAll(/`([\w/-]+\.ts)`/g)].map(([, name = '']) => name);
    const all = PRODUCT_FOLDERS.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true }).map((name) => `${folder}/${name}`),
    );
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !all.some((path) => path.endsWith(`/${name}`) || path === name))).toEqual(
      [],
    );
  });
});
