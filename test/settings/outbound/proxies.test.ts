import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parseProxy } from '../../../settings/outbound/http-proxy.ts';
import { isLoopback, parseNoProxy } from '../../../settings/outbound/no-proxy.ts';
import { generalProxy, readEnvironmentProxies } from '../../../settings/outbound/proxy-rules.ts';

describe('NO_PROXY', () => {
  test.each([
    ['*', 'anything.example', 443, true],
    ['', 'example.com', 443, false],
    ['example.com', 'example.com', 443, true],
    ['example.com', 'hooks.example.com', 443, true],
    ['example.com', 'notexample.com', 443, false],
    ['.example.com', 'example.com', 443, true],
    ['.example.com', 'hooks.example.com', 443, true],
    ['*.example.com', 'hooks.example.com', 443, true],
    ['*.example.com', 'example.com', 443, false],
    ['EXAMPLE.com', 'hooks.Example.COM', 443, true],
    ['example.com.', 'example.com', 443, true],
    ['example.com', 'example.com.', 443, true],
    ['example.com:8443', 'example.com', 8443, true],
    ['example.com:8443', 'example.com', 443, false],
    ['a.example,  b.example', 'b.example', 443, true],
    ['a.example b.example', 'b.example', 443, true],
    ['.svc,.cluster.local', 'receiver.shop.svc', 80, true],
    ['.svc,.cluster.local', 'receiver.shop.svc.cluster.local', 80, true],
    ['10.0.0.0/8', '10.96.0.1', 443, true],
    ['10.0.0.0/8', '11.0.0.1', 443, false],
    ['10.0.0.0/8', 'ten.example.com', 443, false],
    ['10.0.0.7', '10.0.0.7', 443, true],
    ['10.0.0.7:443', '10.0.0.7', 80, false],
    ['10.0.0.0/33', '10.0.0.1', 443, false],
    ['fd00::/8', '[fd12::1]', 443, true],
    ['fd00::/8', '[fe80::1]', 443, false],
    ['[fd00::1]:8443', '[fd00::1]', 8443, true],
    ['[fd00::1]:8443', '[fd00::1]', 443, false],
    ['fd00::1', '[fd00::1]', 443, true],
    ['fd00:0:0::1', '[fd00::1]', 443, true],
    ['not a/block,/8,:', '10.0.0.1', 443, false],
  ])('%j, %s port %i: %s', (list, host, port, direct) => {
    expect(parseNoProxy(list)(host, port)).toBe(direct);
  });

  test.each(['localhost', 'api.localhost', '127.0.0.1', '127.9.9.9', '[::1]', 'LOCALHOST'])(
    '%s is this machine',
    (host) => expect(isLoopback(host)).toBe(true),
  );

  test.each(['localhost.example.com', '128.0.0.1', '[::2]', '10.0.0.1'])('%s is not', (host) =>
    expect(isLoopback(host)).toBe(false),
  );
});

describe('the URL of a proxy', () => {
  test.each([
    ['http://proxy.example.com:3128', 'http://proxy.example.com:3128', null],
    ['https://proxy.example.com', 'https://proxy.example.com', null],
    ['proxy.example.com:3128', 'http://proxy.example.com:3128', null],
    ['http://user:p%40ss@[fd00::1]:8080/', 'http://[fd00::1]:8080', 'user:p@ss'],
    ['http://user@proxy', 'http://proxy', 'user:'],
  ])('%s', (text, origin, pair) => {
    const parsed = parseProxy(text);
    if ('fault' in parsed) throw new Error(parsed.fault);
    expect(parsed.value.origin).toBe(origin);
    const basic = pair === null ? undefined : `Basic ${Buffer.from(pair).toString('base64')}`;
    expect(parsed.value.authorization?.reveal()).toBe(basic);
    const shown = [JSON.stringify(parsed), inspect(parsed, { depth: 9 }), `${parsed.value.authorization}`];
    for (const line of shown) expect(line).not.toMatch(/user|p@ss|dXNlcj/);
  });

  test.each([
    'socks5://user:hunter2@proxy:1080',
    'ftp://user:hunter2@proxy',
    'http://user:hunter2@proxy/path',
    'http://user:hunter2@proxy?x=1',
    'http://user:hunter2@pro xy',
    'http://user:hunter2%@proxy',
    'http://user:hunter2@',
    `http://user:hunter2@${'x'.repeat(3000)}`,
  ])('%s is refused, without being shown', (text) => {
    const parsed = parseProxy(text);
    if (!('fault' in parsed)) throw new Error('accepted');
    expect(parsed.fault).not.toMatch(/hunter2|user:/);
  });
});

describe('the environment', () => {
  const originFor = (env: Record<string, string>, url: string, choice?: 'none') =>
    generalProxy(choice, readEnvironmentProxies(env).proxies)(new URL(url))?.origin ?? null;

  test('has a proxy for https and one for http, neither of them in the place of the other', () => {
    const env = { HTTPS_PROXY: 'http://secure:1', HTTP_PROXY: 'http://plain:2' };
    expect(originFor(env, 'https://a.example/')).toBe('http://secure:1');
    expect(originFor(env, 'http://a.example/')).toBe('http://plain:2');
    expect(originFor({ HTTP_PROXY: 'http://plain:2' }, 'https://a.example/')).toBeNull();
    expect(originFor({ HTTPS_PROXY: 'http://secure:1' }, 'http://a.example/')).toBeNull();
  });

  test('the lower-case form goes first, also where it is empty', () => {
    const env = { https_proxy: 'http://lower:1', HTTPS_PROXY: 'http://upper:1' };
    expect(originFor(env, 'https://a.example/')).toBe('http://lower:1');
    expect(originFor({ ...env, https_proxy: '' }, 'https://a.example/')).toBeNull();
    const direct = { HTTPS_PROXY: 'http://upper:1', no_proxy: 'a.example', NO_PROXY: 'b.example' };
    expect(originFor(direct, 'https://a.example/')).toBeNull();
    expect(originFor(direct, 'https://b.example/')).toBe('http://upper:1');
  });

  test('NO_PROXY knows the ports of the schemes', () => {
    const env = { HTTPS_PROXY: 'http://p', HTTP_PROXY: 'http://p', NO_PROXY: 'a.example:443,b.example:80' };
    expect(originFor(env, 'https://a.example/')).toBeNull();
    expect(originFor(env, 'http://a.example/')).toBe('http://p');
    expect(originFor(env, 'http://b.example/')).toBeNull();
    expect(originFor(env, 'https://b.example:8443/')).toBe('http://p');
  });

  test('says nothing of this machine, nor of the API server of the Pod’s own cluster', () => {
    const env = { HTTPS_PROXY: 'http://p', KUBERNETES_SERVICE_HOST: '10.96.0.1' };
    for (const url of ['https://localhost/', 'https://127.0.0.1:6443/', 'https://10.96.0.1:443/']) {
      expect(originFor(env, url)).toBeNull();
    }
    expect(originFor({ ...env, KUBERNETES_SERVICE_HOST: 'fd00::1' }, 'https://[fd00::1]/')).toBeNull();
    expect(originFor(env, 'https://10.96.0.2/')).toBe('http://p');
  });

  test('a variable that holds no proxy is a fault, by its name only', () => {
    const { faults } = readEnvironmentProxies({
      HTTPS_PROXY: 'socks5://u:hunter2@p',
      http_proxy: 'http://a b',
    });
    expect(faults.map(({ file, path }) => `${file} ${path}`)).toEqual([
      'environment http_proxy',
      'environment HTTPS_PROXY',
    ]);
    expect(JSON.stringify(faults)).not.toContain('hunter2');
  });
});
