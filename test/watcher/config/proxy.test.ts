import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { faultLines, loadOk, type Surroundings, withSubscription } from './load.ts';

const URL_OF_RECEIVER = new URL('https://bridge.example.com/events');

/** The proxy of the one subscription, as it is shown. */
function proxyOf(yaml: string, surroundings: Surroundings = {}, url = URL_OF_RECEIVER): string | null {
  const { subscriptions } = loadOk(yaml, surroundings);
  return subscriptions[0]?.proxyFor?.(url)?.origin ?? null;
}

const ENV = { env: { HTTPS_PROXY: 'http://user:hunter2@from-env:3128' } };

describe('the proxy of a subscription', () => {
  test('is none where nobody names one', () => {
    expect(proxyOf(withSubscription())).toBeNull();
  });

  test('is that of the environment, of the file before it, and of the subscription before both', () => {
    const file = 'proxy: http://from-file:3128\n';
    expect(proxyOf(withSubscription(), ENV)).toBe('http://from-env:3128');
    expect(proxyOf(file + withSubscription(), ENV)).toBe('http://from-file:3128');
    expect(proxyOf(file + withSubscription('proxy: http://own:1'), ENV)).toBe('http://own:1');
  });

  test.each(['none', 'false'])('%s means none, in both places', (none) => {
    expect(proxyOf(`proxy: ${none}\n${withSubscription()}`, ENV)).toBeNull();
    expect(proxyOf(withSubscription(`proxy: ${none}`), ENV)).toBeNull();
    expect(proxyOf(`proxy: ${none}\n${withSubscription('proxy: http://own:1')}`, ENV)).toBe('http://own:1');
  });

  test('NO_PROXY and loopback are excepted from a general one, not from its own', () => {
    const env = { NO_PROXY: 'example.com' };
    const general = `proxy: http://from-file:3128\n${withSubscription()}`;
    expect(proxyOf(general, { env })).toBeNull();
    expect(proxyOf(general, {}, new URL('https://127.0.0.1/'))).toBeNull();
    const own = withSubscription('proxy: http://own:1');
    expect(proxyOf(own, { env })).toBe('http://own:1');
    expect(proxyOf(own, {}, new URL('https://127.0.0.1/'))).toBe('http://own:1');
  });

  test('its URL can stand in a file or a variable, as secrets do', () => {
    const files = { 'proxy.url': 'http://user:hunter2@from-a-file:1\n' };
    expect(proxyOf(withSubscription('proxy: { file: proxy.url }'), { files })).toBe('http://from-a-file:1');
    const env = { PROXY_URL: 'http://user:hunter2@from-a-variable:1' };
    expect(proxyOf(`proxy: { env: PROXY_URL }\n${withSubscription()}`, { env })).toBe(
      'http://from-a-variable:1',
    );
  });

  test('belongs to event buses, too', () => {
    const yaml = 'subscriptions:\n  - name: bus\n    eventBridge: { busName: b }\n    proxy: http://own:1\n';
    expect(proxyOf(yaml, {}, new URL('https://events.eu-central-1.amazonaws.com'))).toBe('http://own:1');
  });

  test('is never shown with its credentials', () => {
    const config = loadOk(withSubscription('proxy: "http://user:hunter2@own:1"'), ENV);
    for (const shown of [JSON.stringify(config), inspect(config, { depth: 20, showHidden: true })]) {
      expect(shown).not.toMatch(/hunter2|dXNlcjpodW50ZXIy/);
    }
  });
});

describe('a proxy that cannot be used is a fault', () => {
  test.each([
    ['socks5://user:hunter2@proxy', 'only http:// and https:// proxies are supported'],
    ['"http://user:hunter2@proxy/path"', 'without a path'],
    ['7', 'expected the URL of a proxy'],
    ['[]', 'expected the URL of a proxy'],
    ['true', 'expected the URL of a proxy'],
    ['{ file: a, env: B }', 'secret file: no such file'],
    ['{ url: "http://user:hunter2@proxy" }', 'unknown key; valid keys: file, env'],
    ['{ env: NOT_SET }', 'environment variable NOT_SET is not set'],
  ])('proxy: %s', (value, message) => {
    for (const yaml of [`proxy: ${value}\n${withSubscription()}`, withSubscription(`proxy: ${value}`)]) {
      const lines = faultLines(yaml);
      expect(lines.join('\n')).toContain(message);
      expect(lines[0]).toMatch(/^offhook\.yaml:\d+:\d+ (subscriptions\[0\]\.)?proxy/);
      expect(lines.join('\n')).not.toContain('hunter2');
    }
  });

  test('also in the environment, beside other faults', () => {
    const env = { HTTPS_PROXY: 'socks5://user:hunter2@proxy' };
    const lines = faultLines(withSubscription('concurrency: 0'), { env });
    expect(lines).toEqual([
      expect.stringContaining('concurrency'),
      expect.stringMatching(/^environment HTTPS_PROXY: expected the URL of a proxy/),
    ]);
    expect(faultLines(withSubscription(), { env })).toHaveLength(1);
  });
});
