import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { KEYS } from '../../../functions/page/client/chart/keys/key-list.ts';

it('the documentation lists the keys that the help lists, in the same words', async () => {
  const text = await readFile(new URL('../../../docs/page.md', import.meta.url), 'utf8');
  const section = /^### Keys\n(.*?)^##/ms.exec(text)?.[1] ?? '';
  const rows = [...section.matchAll(/^\| (`.*?) \| (.*) \|$/gm)];
  expect(rows.map(([, keys = '', does]) => [keys.replaceAll('`', ''), does])).toEqual(KEYS);
});
