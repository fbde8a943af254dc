import { expect, test } from 'vitest';
import { createGuard } from '../../../settings/outbound/guard/create-guard.ts';
import { faultLines, loadOk, withSubscription } from './load.ts';

const faults = (...lines: string[]) =>
  faultLines(`${lines.join('\n')}\n${withSubscription()}`).map((line) => line.replace(/^offhook\.yaml:/, ''));

test('without it only public addresses are open, on the ports of https', () => {
  expect(loadOk(withSubscription()).egress).toEqual({
    ports: [443, 8443],
    deniedCidrs: [],
    allow: [],
    proxyEnforces: false,
  });
});

test('says where requests of tenants may go', async () => {
  const { egress } = loadOk(`
egress:
  ports: [443]
  deny: [34.118.224.0/20, "2a00:1450::/32", 8.8.4.4]
  allow:
    - { namespaces: [shop], hosts: ["*.Bücher.example", TOOLS.example.com], ports: [9000], allowHttp: true }
    - { namespaces: [shop, bank], cidrs: [10.20.0.0/16] }
  proxyEnforces: true
${withSubscription()}`);
  const guard = createGuard(egress, async () => ['10.9.0.1']);
  const judge = (namespace: string, url: string) =>
    guard.forNamespace(namespace).judge(new URL(url))?.why ?? null;
  expect(judge('shop', 'http://a.bücher.example:9000/')).toBeNull();
  expect(judge('shop', 'http://tools.example.com:9000/')).toBeNull();
  expect(judge('bank', 'http://tools.example.com:9000/')).toBe('Scheme');
  expect(judge('bank', 'https://10.20.0.1/')).toBeNull();
  expect(judge('other', 'https://10.20.0.1/')).toBe('PrivateAddress');
  expect(judge('other', 'https://8.8.4.4/')).toBe('PrivateAddress');
  expect(judge('other', 'https://hooks.example.com:8443/')).toBe('Port');
  expect(guard.forNamespace('shop').trustsProxies).toBe(true);
});

test.each([
  [
    'egress: { ports: [] }',
    'egress.ports: the empty list opens no port; leave the key out for the usual ones',
  ],
  ['egress: { ports: [70000] }', 'egress.ports[0]: expected a whole number from 1 to 65535, got 70000'],
  [
    'egress: { deny: [10.0.0.0/40] }',
    'egress.deny[0]: expected a block of addresses, such as 10.0.0.0/8 or fd00::/8, got "10.0.0.0/40"',
  ],
  [
    'egress: { deny: [cluster] }',
    'egress.deny[0]: expected a block of addresses, such as 10.0.0.0/8 or fd00::/8, got "cluster"',
  ],
  [
    'egress: { allow: [{ hosts: [a.example.com] }] }',
    'egress.allow[0].namespaces: is required: a list of namespaces, such as [a, b]',
  ],
  [
    'egress: { allow: [{ namespaces: [shop] }] }',
    'egress.allow[0]: needs hosts or cidrs: what is opened besides the public Internet',
  ],
  [
    'egress: { allow: [{ namespaces: [shop], hosts: [10.0.0.1] }] }',
    'egress.allow[0].hosts[0]: is an address: put it under cidrs',
  ],
  [
    'egress: { allow: [{ namespaces: [shop], hosts: ["https://a.example.com/"] }] }',
    'egress.allow[0].hosts[0]: expected the name of a host, such as hooks.example.com, or *.example.com for those below it, got "https://a.example.com/"',
  ],
  [
    'egress: { allow: [{ namespaces: [shop], hosts: ["*"] }] }',
    'egress.allow[0].hosts[0]: expected the name of a host, such as hooks.example.com, or *.example.com for those below it, got "*"',
  ],
  ['egress: { denied: [10.0.0.0/8] }', 'egress.denied: unknown key; did you mean "deny"?'],
  [
    'egress: { allow: [{ namespaces: [shop], cidr: [10.0.0.0/8] }] }',
    'egress.allow[0].cidr: unknown key; did you mean "cidrs"?',
  ],
  ['egress: open', 'egress: expected a map with the keys ports, deny, allow, proxyEnforces'],
])('%s is a fault', (line, fault) => {
  expect(faults(line).join('\n')).toContain(fault);
});

test('lists have bounds', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `10.0.${index % 256}.0/24`);
  expect(faults(`egress: { deny: ${JSON.stringify(many(257))} }`).join()).toContain(
    'egress.deny: expected at most 256 in this list of blocks of addresses',
  );
});
