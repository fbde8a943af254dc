import { expect, test } from 'vitest';
import { createHostResolver } from '../../../../settings/outbound/guard/resolve-host.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { startDnsServer } from './dns-server.ts';

const IPV6 = '2606:2800:220:1:248:1893:25c8:1946';

async function resolverFor(answerOf: Parameters<typeof startDnsServer>[0]) {
  const { server, asked } = await startDnsServer(answerOf);
  const clock = createFakeClock();
  const resolve = createHostResolver({ clock, servers: [server] });
  return { asked, clock, resolve: (name: string) => resolve(name, { asNamed: false }) };
}

test('all addresses of a name, of both kinds, asked for as it stands', async () => {
  const { resolve, asked } = await resolverFor(() => ({ A: ['93.184.216.34', '10.0.0.7'], AAAA: [IPV6] }));
  expect(await resolve('hooks.example.com')).toEqual(['93.184.216.34', '10.0.0.7', IPV6]);
  expect([...asked].sort()).toEqual(['A hooks.example.com', 'AAAA hooks.example.com']);
});

test('each time anew: nothing is kept', async () => {
  const answers = ['93.184.216.34', '127.0.0.1'];
  let turn = 0;
  const { resolve } = await resolverFor(() => ({ A: [answers[turn] ?? ''] }));
  expect(await resolve('hooks.example.com')).toEqual(['93.184.216.34']);
  turn = 1;
  expect(await resolve('hooks.example.com')).toEqual(['127.0.0.1']);
});

test('a name with addresses of one kind alone is found', async () => {
  const { resolve } = await resolverFor((name) =>
    name.startsWith('six') ? { AAAA: [IPV6] } : { A: ['8.8.8.8'] },
  );
  expect(await resolve('six.example.com')).toEqual([IPV6]);
  expect(await resolve('four.example.com')).toEqual(['8.8.8.8']);
});

test.each([
  [3, 'ENOTFOUND'],
  [2, 'ESERVFAIL'],
  [5, 'EREFUSED'],
])('DNS says %d: %s', async (code, expected) => {
  const { resolve } = await resolverFor(() => code);
  await expect(resolve('hooks.example.com')).rejects.toMatchObject({ code: expected });
});

test('a name without addresses is not found', async () => {
  const { resolve } = await resolverFor(() => ({}));
  await expect(resolve('hooks.example.com')).rejects.toMatchObject({ code: 'ENODATA' });
});

test('a server that is silent is waited for eight seconds', async () => {
  const { resolve, clock, asked } = await resolverFor(() => 'silence');
  const failure = resolve('hooks.example.com').catch((error: unknown) => error);
  await expect.poll(() => asked.length).toBeGreaterThan(1);
  await clock.advance(8_000);
  expect(await failure).toMatchObject({ name: 'LookupOverdue', code: 'ETIMEOUT' });
});

test('a name that the operator named is found as this machine finds it', async () => {
  const { server, asked } = await startDnsServer(() => 3);
  const resolve = createHostResolver({ clock: createFakeClock(), servers: [server] });
  const found = await resolve('localhost', { asNamed: true });
  expect(found.every((address) => ['127.0.0.1', '::1'].includes(address))).toBe(true);
  expect(asked).toEqual([]);
});
