import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { RUN_STATES } from '../../../functions/page/model/runs/container-run.ts';
import { loadPageAssets } from '../../../functions/page/page-assets.ts';
import { contrast, mixed, readColours } from './support/colours.ts';

const MAX_SCRIPT_BYTES = 60 * 1_024;

describe("the page's files", () => {
  it('are a script below 60 KB, gzipped', async () => {
    const { script } = await loadPageAssets();
    const bytes = gzipSync(script).length;
    expect(bytes).toBeLessThan(MAX_SCRIPT_BYTES);
    expect(bytes).toBeGreaterThan(10_000);
  });

  it('never turn data into markup or code', async () => {
    const { script } = await loadPageAssets();
    expect(script).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/,
    );
  });
});

describe('the style', () => {
  const folder = new URL('../../../functions/page/style/', import.meta.url);
  const read = (file: string) => readFile(new URL(file, folder), 'utf8');

  it('is made of every file of its folder, each once', async () => {
    const imported = [...(await read('page.css')).matchAll(/^@import "\.\/(.+)";$/gm)].map(
      ([, file]) => file,
    );
    const files = (await readdir(folder)).filter((file) => file !== 'page.css');
    expect(imported.toSorted()).toEqual(files.toSorted());
  });

  it('has the rules of all of them, in their order, and asks for no other file', async () => {
    const { style } = await loadPageAssets();
    const firstRules = [
      ':root{',
      '(forced-colors:',
      '*{',
      'button,',
      '#top{',
      '#chart{',
      '.labels{',
      '.legend{',
    ];
    const lastRules = [
      '.strip{',
      '.state.running{',
      '#details{',
      '.event{',
      '#help{',
      '#table-view{',
      '.notice{',
    ];
    const rules = [...firstRules, ...lastRules, '(max-width:720px)', '(prefers-reduced-motion:'];
    const places = rules.map((rule) => style.indexOf(rule));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(style).not.toMatch(/@import|url\(/);
  });
});

describe.each(['light', 'dark'] as const)('contrast in %s', (scheme) => {
  const colours = readColours(scheme);
  const of = (name: string) => colours.get(name) ?? '#000000';

  it.each<[string, string]>([
    ['ink', 'panel'],
    ['ink', 'ground'],
    ['ink', 'hover'],
    ['soft', 'panel'],
    ['soft', 'ground'],
    ['soft', 'hover'],
    ['soft', 'raised'],
    ['accent', 'panel'],
    ['accent', 'accent-soft'],
    ['panel', 'accent'],
    ['good', 'panel'],
    ['warn', 'panel'],
    ['bad', 'panel'],
    ['bad', 'hover'],
    ...RUN_STATES.map((state): [string, string] => [`${state}-text`, `${state}-fill`]),
    ['running-text', 'panel'],
    ['completed-text', 'panel'],
    ['unknown-text', 'panel'],
    ['oomKilled-fill', 'oomKilled-text'],
  ])('%s on %s can be read: 4.5 to 1', (text, ground) => {
    expect(contrast(of(text), of(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it.each([...RUN_STATES.map((state) => `${state}-edge`), 'accent', 'good', 'warn', 'bad', 'hatch'])(
    '%s on the panel can be seen: 3 to 1',
    (name) => {
      expect(contrast(of(name), of('panel'))).toBeGreaterThanOrEqual(3);
    },
  );

  it('keeps the words of a bar readable after its stop was requested', () => {
    for (const state of ['running', 'completed', 'error', 'oomKilled'] as const) {
      const ground = mixed(of(`${state}-fill`), of(`${state}-edge`), 0.28);
      expect(contrast(of(`${state}-text`), ground), state).toBeGreaterThanOrEqual(4.5);
    }
  });
});
