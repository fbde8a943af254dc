import { describe, expect, test } from 'vitest';
import type { EgressAllowance } from '../../../../settings/outbound/guard/allowance.ts';
import {
  createGuard,
  type EgressRules,
  type Guard,
} from '../../../../settings/outbound/guard/create-guard.ts';

/** What DNS says in these tests; any other name leads nowhere. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'hooks.example.com': ['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946'],
  'private.example.com': ['10.0.0.7'],
  'mixed.example.com': ['93.184.216.34', '10.0.0.7'],
  'mixed6.example.com': ['2606:2800:220:1::1', '::ffff:93.184.216.34'],
  'metadata.example.com': ['169.254.169.254'],
  'loopback.example.com': ['127.0.0.1'],
  'nat64.example.com': ['64:ff9b::5db8:d822'],
  'nat64-private.example.com': ['64:ff9b::a00:7'],
  'empty.example.com': [],
  'service.example.com': ['34.118.224.10'],
  'team.tools.svc.cluster.local': ['10.96.0.7'],
};

type Looked = { readonly name: string; readonly asNamed: boolean };

function openGuard(rules: EgressRules = {}, namespace: string | null = 'shop') {
  const looked: Looked[] = [];
  const guards: Guard = createGuard(rules, async (name, { asNamed }) => {
    looked.push({ name, asNamed });
    const addresses = NAMES[name];
    if (addresses === undefined) throw Object.assign(new Error(`no ${name}`), { code: 'ENOTFOUND' });
    return addresses;
  });
  const guard = guards.forNamespace(namespace);
  const decide = async (url: string) => {
    const verdict = await guard.resolve(new URL(url));
    return verdict.kind === 'denied' ? verdict.why : verdict.addresses.join(' ');
  };
  return { guard, decide, looked };
}

describe('without being asked where it is', () => {
  test.each([
    ['http://hooks.example.com/', 'Scheme'],
    ['ftp://hooks.example.com/', 'Scheme'],
    ['file:///etc/passwd', 'Scheme'],
    ['https://user@hooks.example.com/', 'UserInfo'],
    ['https://:pass@hooks.example.com/', 'UserInfo'],
    ['https://hooks.example.com:80/', 'Port'],
    ['https://hooks.example.com:6443/', 'Port'],
    ['https://hooks.example.com:22/', 'Port'],
    ['https://hooks.example.com:0/', 'Port'],
    ['https://localhost/', 'Host'],
    ['https://LOCALHOST/', 'Host'],
    ['https://a.localhost/', 'Host'],
    ['https://kubernetes/', 'Host'],
    ['https://kubernetes.default.svc/', 'Host'],
    ['https://kubernetes.default.svc.cluster.local/', 'Host'],
    ['https://metadata.google.internal/', 'Host'],
    ['https://printer.local/', 'Host'],
    ['https://router.home.arpa/', 'Host'],
    ['https://hooks.example.com./', 'Host'],
    ['https://hooks..example.com/', 'Host'],
    ['https://.example.com/', 'Host'],
    ['https://-a.example.com/', 'Host'],
    [`https://${'a'.repeat(64)}.example.com/`, 'Host'],
    [`https://${'a.'.repeat(130)}com/`, 'Host'],
    ['https://hooks.example.com*/', 'Host'],
    ['https://127.0.0.1/', 'PrivateAddress'],
    ['https://127.0.0.1./', 'PrivateAddress'],
    ['https://127.1/', 'PrivateAddress'],
    ['https://0/', 'PrivateAddress'],
    ['https://2130706433/', 'PrivateAddress'],
    ['https://0x7f.1/', 'PrivateAddress'],
    ['https://0x7f000001/', 'PrivateAddress'],
    ['https://0177.0.0.1/', 'PrivateAddress'],
    ['https://%31%32%37.0.0.1/', 'PrivateAddress'],
    ['https://１２７.０.０.１/', 'PrivateAddress'],
    ['https://127。0。0。1/', 'PrivateAddress'],
    ['https://①⓪.0.0.1/', 'PrivateAddress'],
    ['https://10.0.0.1/', 'PrivateAddress'],
    ['https://169.254.169.254/latest/meta-data/', 'PrivateAddress'],
    ['https://[::1]/', 'PrivateAddress'],
    ['https://[::]/', 'PrivateAddress'],
    ['https://[::ffff:7f00:1]/', 'PrivateAddress'],
    ['https://[::ffff:127.0.0.1]/', 'PrivateAddress'],
    ['https://[::127.0.0.1]/', 'PrivateAddress'],
    ['https://[64:ff9b::10.0.0.1]/', 'PrivateAddress'],
    ['https://[2002:7f00:1::]/', 'PrivateAddress'],
    ['https://[fd00:ec2::254]/', 'PrivateAddress'],
    ['https://[fe80::1]/', 'PrivateAddress'],
  ])('%s is denied: %s, and nothing is looked up', async (url, why) => {
    const { guard, decide, looked } = openGuard();
    expect(guard.judge(new URL(url))?.why).toBe(why);
    expect(await decide(url)).toBe(why);
    expect(looked).toEqual([]);
  });

  test.each([
    'https://hooks.example.com/a?b#c',
    'https://HOOKS.EXAMPLE.COM:8443/',
    'https://bücher.example/',
    'https://8.8.8.8/',
    'https://[2606:4700:4700::1111]/',
    'https://134744072/',
    'https://private.example.com/',
  ])('nothing is against %s', (url) => {
    expect(openGuard().guard.judge(new URL(url))).toBeNull();
  });
});

describe('a name', () => {
  test.each([
    ['hooks.example.com', '93.184.216.34 2606:2800:220:1:248:1893:25c8:1946'],
    ['nat64.example.com', '64:ff9b::5db8:d822'],
    ['private.example.com', 'PrivateAddress'],
    ['mixed.example.com', 'PrivateAddress'],
    ['mixed6.example.com', 'PrivateAddress'],
    ['metadata.example.com', 'PrivateAddress'],
    ['loopback.example.com', 'PrivateAddress'],
    ['nat64-private.example.com', 'PrivateAddress'],
    ['empty.example.com', 'PrivateAddress'],
  ])('%s leads to %s', async (name, expected) => {
    expect(await openGuard().decide(`https://${name}/`)).toBe(expected);
  });

  test('that leads nowhere fails as the resolver says: that is no denial', async () => {
    await expect(openGuard().decide('https://nowhere.example.com/')).rejects.toMatchObject({
      code: 'ENOTFOUND',
    });
  });

  test('is asked of DNS alone, unless the operator named it', async () => {
    const { decide, looked } = openGuard({ allow: [{ hosts: ['private.example.com'] }] });
    await decide('https://hooks.example.com/');
    await decide('https://private.example.com/');
    expect(looked).toEqual([
      { name: 'hooks.example.com', asNamed: false },
      { name: 'private.example.com', asNamed: true },
    ]);
  });
});

describe('what is the cluster’s', () => {
  const rules = { deniedCidrs: ['34.118.224.0/20', '2606:2800::/32'], deniedHosts: ['api.example.com'] };

  test('is denied though its addresses are public, by NAT64 too', async () => {
    const { decide } = openGuard(rules);
    expect(await decide('https://service.example.com/')).toBe('PrivateAddress');
    expect(await decide('https://34.118.224.10/')).toBe('PrivateAddress');
    expect(await decide('https://[64:ff9b::34.118.224.10]/')).toBe('PrivateAddress');
    expect(await decide('https://hooks.example.com/')).toBe('PrivateAddress');
    expect(await decide('https://34.118.240.10/')).toBe('34.118.240.10');
  });

  test('is denied by its name, too', async () => {
    expect(await openGuard(rules).decide('https://api.example.com/')).toBe('Host');
  });
});

describe('what the operator opens', () => {
  const cases: readonly (readonly [string, EgressAllowance, string, string])[] = [
    ['a block', { cidrs: ['10.0.0.0/24'] }, 'https://private.example.com/', '10.0.0.7'],
    ['a block, for an address in the URL', { cidrs: ['10.0.0.0/24'] }, 'https://10.0.0.7/', '10.0.0.7'],
    [
      'a block, beside public addresses',
      { cidrs: ['10.0.0.0/24'] },
      'https://mixed.example.com/',
      '93.184.216.34 10.0.0.7',
    ],
    ['another block', { cidrs: ['10.0.1.0/24'] }, 'https://private.example.com/', 'PrivateAddress'],
    ['a host', { hosts: ['private.example.com'] }, 'https://private.example.com/', '10.0.0.7'],
    ['a host, not its address', { hosts: ['private.example.com'] }, 'https://10.0.0.7/', 'PrivateAddress'],
    ['hosts below one', { hosts: ['*.example.com'] }, 'https://private.example.com/', '10.0.0.7'],
    [
      'hosts below another',
      { hosts: ['*.private.example.com'] },
      'https://private.example.com/',
      'PrivateAddress',
    ],
    ['hosts that end alike', { hosts: ['*.ample.com'] }, 'https://private.example.com/', 'PrivateAddress'],
    [
      'a host of the cluster',
      { hosts: ['team.tools.svc.cluster.local'] },
      'https://team.tools.svc.cluster.local/',
      '10.96.0.7',
    ],
    [
      'a host that leads to metadata',
      { hosts: ['metadata.example.com'] },
      'https://metadata.example.com/',
      'PrivateAddress',
    ],
    [
      'a host that leads to loopback',
      { hosts: ['loopback.example.com'] },
      'https://loopback.example.com/',
      'PrivateAddress',
    ],
    [
      'a host at a block',
      { hosts: ['loopback.example.com'], cidrs: ['127.0.0.0/8'] },
      'https://loopback.example.com/',
      '127.0.0.1',
    ],
    [
      'a host at a block where it is not',
      { hosts: ['private.example.com'], cidrs: ['10.0.1.0/24'] },
      'https://private.example.com/',
      'PrivateAddress',
    ],
    ['for this namespace', { namespaces: ['shop'], cidrs: ['10.0.0.0/8'] }, 'https://10.0.0.7/', '10.0.0.7'],
    [
      'for another namespace',
      { namespaces: ['bank'], cidrs: ['10.0.0.0/8'] },
      'https://10.0.0.7/',
      'PrivateAddress',
    ],
    ['a port', { cidrs: ['10.0.0.0/8'], ports: [9000] }, 'https://10.0.0.7:9000/', '10.0.0.7'],
    [
      'a port, for what it opens alone',
      { cidrs: ['10.0.0.0/8'], ports: [9000] },
      'https://8.8.8.8:9000/',
      'PrivateAddress',
    ],
    ['another port', { cidrs: ['10.0.0.0/8'], ports: [9000] }, 'https://10.0.0.7:9001/', 'Port'],
    ['http', { cidrs: ['10.0.0.0/8'], allowHttp: true }, 'http://10.0.0.7/', '10.0.0.7'],
    [
      'http, for what it opens alone',
      { cidrs: ['10.0.0.0/8'], allowHttp: true },
      'http://8.8.8.8/',
      'PrivateAddress',
    ],
    ['no http', { cidrs: ['10.0.0.0/8'], ports: [80] }, 'http://10.0.0.7/', 'Scheme'],
    [
      'http to a public host',
      { hosts: ['hooks.example.com'], allowHttp: true },
      'http://hooks.example.com/',
      '93.184.216.34 2606:2800:220:1:248:1893:25c8:1946',
    ],
    ['user names never', { cidrs: ['10.0.0.0/8'] }, 'https://a:b@10.0.0.7/', 'UserInfo'],
  ];
  test.each(cases)('%s', async (_what, allowance, url, expected) => {
    expect(await openGuard({ allow: [allowance] }).decide(url)).toBe(expected);
  });

  test('goes before what is the cluster’s', async () => {
    const rules = { deniedCidrs: ['10.96.0.0/12'], allow: [{ hosts: ['*.svc.cluster.local'] }] };
    expect(await openGuard(rules).decide('https://team.tools.svc.cluster.local/')).toBe('10.96.0.7');
  });

  test('for a namespace does not open it to requests of none', async () => {
    const rules = { allow: [{ namespaces: ['shop'], cidrs: ['10.0.0.0/8'] }] };
    expect(await openGuard(rules, null).decide('https://10.0.0.7/')).toBe('PrivateAddress');
  });

  test('ports for everybody', async () => {
    const { decide } = openGuard({ ports: [443, 10443] });
    expect(await decide('https://8.8.8.8:10443/')).toBe('8.8.8.8');
    expect(await decide('https://8.8.8.8:8443/')).toBe('Port');
  });
});

test('an allowance that names no destination is refused', () => {
  expect(() => openGuard({ allow: [{ namespaces: ['shop'] }] })).toThrow(RangeError);
});

test('no message shows an address that a name led to', async () => {
  const { guard } = openGuard();
  for (const name of ['private', 'mixed', 'metadata', 'nat64-private']) {
    const verdict = await guard.resolve(new URL(`https://${name}.example.com/secret-path`));
    expect(JSON.stringify(verdict)).not.toMatch(/\d+\.\d+|::|secret/);
  }
});
