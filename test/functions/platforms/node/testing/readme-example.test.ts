import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadHandlers } from '../../../../../functions/platforms/node/load-handlers.ts';
import { testEvent } from '../../../../../functions/platforms/node/testing/test-event.ts';
import { createTestReceiver } from '../../../../../functions/platforms/node/testing/test-receiver.ts';
import { temporaryDirectory } from '../../../../support/journal-directory.ts';

/** The handler that README.md shows, as a module of somebody's. */
function readmeModule(): string {
  const readme = readFileSync(new URL('../../../../../README.md', import.meta.url), 'utf8');
  const blocks = [...readme.matchAll(/```ts\n(?<code>[\s\S]*?)```/g)].map(({ groups }) => groups?.code);
  expect(blocks).toHaveLength(1);
  const file = join(temporaryDirectory(), 'handlers.mts');
  writeFileSync(file, `export const registerHandlers = (hooks: any) => {\n${blocks[0]}};\n`);
  return file;
}

it('does what README.md shows of a handler: it pages when a container failed, and again when the pager is down', async () => {
  const pages: { readonly url: string; readonly method: string; readonly body: string }[] = [];
  const answers = [new Response('', { status: 503 }), new Response()];
  const receiver = await createTestReceiver(await loadHandlers(readmeModule()), {
    fetch: async (...asked) => {
      const request = new Request(...asked);
      pages.push({ url: request.url, method: request.method, body: await request.text() });
      return answers.shift() ?? Response.error();
    },
  });
  const failed = await testEvent('postStop', {
    pod: { namespace: 'shop', name: 'till-0' },
    exit: { code: 1 },
  });
  const first = await receiver.deliver(failed);
  expect(String(first.error?.errors[0])).toContain('pager.example answered 503');
  const second = await receiver.advance(60_000);
  expect(second.runs.map(({ handler, outcome }) => [handler, outcome])).toEqual([
    ['page-on-crash', 'completed'],
  ]);
  const page = { url: 'https://pager.example/alerts', method: 'POST', body: 'till-0' };
  expect(pages).toEqual([page, page]);

  const elsewhere = { pod: { namespace: 'bank' }, exit: { code: 1 } };
  const ended = { pod: { namespace: 'shop' }, exit: { code: 0 } };
  for (const changes of [elsewhere, ended]) {
    expect((await receiver.deliver(await testEvent('postStop', changes))).runs).toEqual([]);
  }
  receiver.close();
});
