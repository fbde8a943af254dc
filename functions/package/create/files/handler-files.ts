import type { ProjectFiles } from './project-facts.ts';

/** A handler and its test, the same on every platform. */
export const HANDLER_FILES: ProjectFiles = {
  'src/hooks.ts': `import { registerAudit } from 'offhook/handlers/audit';
import type { RegisterHandlers } from 'offhook/hooks';

/** Hooks, filters, options and ctx: https://github.com/offhook/offhook/blob/main/docs/handlers.md */
export const registerHandlers: RegisterHandlers = (hooks, env) => {
  // The audit trail, which the page and \`offhook audit\` show.
  registerAudit(hooks, env);

  const url = env.vars.PAGER_URL;
  if (!url) return;
  hooks.on('postStop.oomKilled', async (event, ctx) => {
    const { pod, container } = event.data;
    // Rejects unless the answer is 2xx: the run has then failed, and is tried again.
    await ctx.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: \`\${pod.namespace}/\${pod.name}: \${container.name} ran out of memory\` }),
    });
  }, { name: 'page-on-oom', attempts: 3 });
};
`,
  'test/hooks.test.ts': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestReceiver, event } from 'offhook/testing';
import { registerHandlers } from '../src/hooks.ts';

const vars = { PAGER_URL: 'https://pager.example/alerts' };
const oomKilled = () => event('postStop', { pod: { namespace: 'shop' }, exit: { code: 137, reason: 'OOMKilled' } });

test('pages when a container ran out of memory', async () => {
  const pages: string[] = [];
  const receiver = await createTestReceiver(registerHandlers, {
    vars,
    fetch: async (_url, request) => {
      pages.push(String(request?.body));
      return new Response();
    },
  });
  const { error } = await receiver.deliver(await oomKilled());
  assert.equal(error, null);
  assert.match(pages.join(), /^{"text":"shop\\/.+ ran out of memory"}$/);
  receiver.close();
});

test('tries again when the pager is down', async () => {
  const answers = [new Response('', { status: 500 }), new Response()];
  const receiver = await createTestReceiver(registerHandlers, { vars, fetch: async () => answers.shift() ?? Response.error() });
  const first = await receiver.deliver(await oomKilled());
  assert.match(String(first.error?.errors[0]), /pager.example answered 500/);
  const second = await receiver.advance(60_000);
  assert.deepEqual(second.runs.map(({ handler, outcome }) => [handler, outcome]), [['page-on-oom', 'completed']]);
  receiver.close();
});
`,
};
