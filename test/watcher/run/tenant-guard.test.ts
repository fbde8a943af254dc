import { expect, test } from 'vitest';
import type { EgressRules } from '../../../settings/outbound/guard/create-guard.ts';
import { createTenantGuard } from '../../../watcher/run/tenant-guard.ts';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  'api.example.com': ['34.90.1.2', '2a00:1450::7'],
  'alias.example.com': ['34.90.1.2'],
  'alias6.example.com': ['2a00:1450::7'],
  'hooks.example.com': ['93.184.216.34'],
};

async function decide(url: string, server: string, egress: EgressRules = {}) {
  const guard = createTenantGuard(egress, server, async (name) => {
    const addresses = NAMES[name];
    if (addresses === undefined) throw Object.assign(new Error('none'), { code: 'ENOTFOUND' });
    return addresses;
  });
  const verdict = await guard.forNamespace('shop').resolve(new URL(url));
  return verdict.kind === 'denied' ? verdict.why : verdict.kind;
}

test.each([
  ['its name', 'https://api.example.com/', 'Host'],
  ['another name of its address', 'https://alias.example.com/', 'PrivateAddress'],
  ['another name of its IPv6 address', 'https://alias6.example.com/', 'PrivateAddress'],
  ['its address', 'https://34.90.1.2/', 'PrivateAddress'],
  ['its address by NAT64', 'https://[64:ff9b::34.90.1.2]/', 'PrivateAddress'],
  ['another host', 'https://hooks.example.com/', 'open'],
])('an API server with a public name is not reached by %s', async (_what, url, expected) => {
  expect(await decide(url, 'https://api.example.com')).toBe(expected);
});

test('nor is one with a public address', async () => {
  expect(await decide('https://alias.example.com/', 'https://34.90.1.2:443')).toBe('PrivateAddress');
  expect(await decide('https://alias6.example.com/', 'https://[2a00:1450::7]:6443')).toBe('PrivateAddress');
  expect(await decide('https://hooks.example.com/', 'https://34.90.1.2:443')).toBe('open');
});

test('while its name leads nowhere, others are reached', async () => {
  expect(await decide('https://hooks.example.com/', 'https://gone.example.com')).toBe('open');
});

test('the operator can open it all the same', async () => {
  const allow = [{ namespaces: ['shop'], cidrs: ['34.90.1.2'] }];
  expect(await decide('https://alias.example.com/', 'https://api.example.com', { allow })).toBe('open');
});
