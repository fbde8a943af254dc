import { describe, expect, test } from 'vitest';
import { load, loadOk, SECRET, withSubscription } from './load.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('a good configuration', () => {
  test('needs one subscription with a name, a URL and a secret; the rest has defaults', () => {
    const config = loadOk(withSubscription());
    expect(config).toMatchObject({
      subscriptions: [
        {
          name: 'bridge',
          filter: {},
          target: {
            kind: 'webhook',
            url: 'https://bridge.example.com/events',
            previousSecrets: [],
            allowHttp: false,
          },
          ordering: 'none',
          concurrency: 16,
          timeoutMs: 15_000,
          dropExpired: false,
        },
      ],
      journal: { directory: '.offhook', allowVolatile: false, retentionMs: 7 * 24 * HOUR_MS },
      watch: { kubeletEvents: true, replayExisting: false, resyncIntervalMs: 10 * MINUTE_MS },
      listen: { port: 8080, host: '127.0.0.1' },
      log: { level: 'info', format: 'auto' },
    });
    expect(config).not.toHaveProperty('cluster');
    expect(config.watch).not.toHaveProperty('namespaces');
    expect(config.subscriptions[0]).not.toHaveProperty('retryScheduleMs');
  });

  test('carries every key into the typed value, durations in milliseconds', () => {
    const config = loadOk(
      `${withSubscription(
        'previousSecretFiles: [bridge.secret]',
        'bearerTokenEnv: TOKEN',
        'hooks: [preStop, postStop]',
        'namespaces: [shop]',
        'selector: { app: checkout, example.com/tier: "" }',
        'containers: [app]',
        'ordering: container',
        'concurrency: 4',
        'timeout: 30s',
        'retrySchedule: [500ms, 5s, 10m, 2h, 1d]',
        'dropExpired: true',
      )}
cluster: prod-eu-1
dataDir: /var/lib/offhook
journal: { allowVolatile: true, retention: 36h }
watch: { namespaces: [shop], kubeletEvents: false, node: node1, resyncInterval: 90s, replayExisting: true }
listen: { port: 0, host: "::" }
log: { level: debug, format: json }
`,
      { env: { TOKEN: 'abc.def' } },
    );
    expect(config).toMatchObject({
      cluster: 'prod-eu-1',
      subscriptions: [
        {
          filter: {
            hooks: ['preStop', 'postStop'],
            namespaces: ['shop'],
            selector: { app: 'checkout', 'example.com/tier': '' },
            containers: ['app'],
          },
          ordering: 'container',
          concurrency: 4,
          timeoutMs: 30_000,
          retryScheduleMs: [500, 5000, 10 * MINUTE_MS, 2 * HOUR_MS, 24 * HOUR_MS],
          dropExpired: true,
        },
      ],
      journal: { directory: '/var/lib/offhook', allowVolatile: true, retentionMs: 36 * HOUR_MS },
      watch: { namespaces: ['shop'], kubeletEvents: false, node: 'node1', resyncIntervalMs: 90_000 },
      listen: { port: 0, host: '::' },
      log: { level: 'debug', format: 'json' },
    });
  });

  test('reads its secrets from files and variables', () => {
    const config = loadOk(
      'subscriptions:\n  - { name: a, url: "https://a.example", signingSecretEnv: A_SECRET, bearerTokenFile: a.token }\n',
      { env: { A_SECRET: SECRET }, files: { 'a.token': 'abc\n' } },
    );
    const target = config.subscriptions[0]?.target;
    if (target?.kind !== 'webhook') throw new Error('expected a webhook');
    expect(target.secret.reveal()).toEqual({ kind: 'v1', key: new Uint8Array(24).fill(7) });
    expect(target.bearerToken?.reveal()).toBe('abc');
  });

  test('knows EventBridge subscriptions', () => {
    const config = loadOk(`subscriptions:
  - name: bus
    eventBridge: { busName: offhook, region: eu-central-1, endpoint: "http://127.0.0.1:4010" }
    allowHttp: true
`);
    expect(config.subscriptions[0]?.target).toEqual({
      kind: 'eventBridge',
      busName: 'offhook',
      region: 'eu-central-1',
      endpoint: 'http://127.0.0.1:4010/',
    });
  });

  test('shows a host name in punycode and drops the default port', () => {
    const text =
      'subscriptions: [{ name: a, url: "HTTPS://bücher.example:443/x", signingSecretFile: bridge.secret }]';
    expect(loadOk(text).subscriptions[0]?.target).toMatchObject({ url: 'https://xn--bcher-kva.example/x' });
  });

  test('is frozen all the way down', () => {
    const config = loadOk(withSubscription('hooks: [preStop]', 'retrySchedule: [1s]'));
    const reachable: unknown[] = [config];
    for (const value of reachable) {
      expect(Object.isFrozen(value), JSON.stringify(value)).toBe(true);
      const children = typeof value === 'object' && value !== null ? Object.values(value) : [];
      reachable.push(...children.filter((child) => typeof child === 'object' && !ArrayBuffer.isView(child)));
    }
    expect(reachable.length).toBeGreaterThan(8);
  });

  test('may begin with a byte order mark and come as bytes', () => {
    expect(load(`\uFEFF${withSubscription()}`).kind).toBe('ok');
    expect(load(new TextEncoder().encode(`\uFEFF${withSubscription()}`)).kind).toBe('ok');
  });

  test('may share parts through anchors', () => {
    const config = loadOk(`subscriptions:
  - { name: a, url: "https://a.example", signingSecretFile: bridge.secret, namespaces: &ours [shop, pay] }
  - { name: b, url: "https://b.example", signingSecretFile: bridge.secret, namespaces: *ours }
`);
    expect(config.subscriptions[1]?.filter.namespaces).toEqual(['shop', 'pay']);
  });
});

describe('the environment', () => {
  test('stands above the file', () => {
    const config = loadOk(`${withSubscription()}cluster: from-file\nlisten: { port: 1 }\n`, {
      env: {
        OFFHOOK_CLUSTER: 'from-env',
        OFFHOOK_LOG_LEVEL: 'warn',
        OFFHOOK_DATA_DIR: '/data',
        OFFHOOK_PORT: '9090',
        OFFHOOK_NODE: 'node7',
      },
    });
    expect(config).toMatchObject({
      cluster: 'from-env',
      log: { level: 'warn' },
      journal: { directory: '/data' },
      listen: { port: 9090 },
      watch: { node: 'node7' },
    });
  });

  test('inside a cluster makes the server listen for the probes of the kubelet', () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1' };
    expect(loadOk(withSubscription(), { env }).listen.host).toBe('0.0.0.0');
    const written = `${withSubscription()}listen: { host: 127.0.0.1 }\n`;
    expect(loadOk(written, { env }).listen.host).toBe('127.0.0.1');
  });

  test('is not believed where Kubernetes itself set OFFHOOK_PORT for a Service', () => {
    const result = load(withSubscription(), { env: { OFFHOOK_PORT: 'tcp://10.96.7.7:8080' } });
    expect(result).toMatchObject({
      kind: 'ok',
      config: { listen: { port: 8080 } },
      warnings: ['OFFHOOK_PORT was set by Kubernetes for a Service called "offhook" and is ignored'],
    });
  });
});

describe('warnings', () => {
  const warningsOf = (yaml: string, env: Record<string, string> = {}) => {
    const result = load(yaml, { env });
    return result.kind === 'ok' ? result.warnings : [];
  };

  test('are silent for an ordinary configuration', () => {
    expect(warningsOf(withSubscription(), { OFFHOOK_BRIDGE_SECRET: 'x', OFFHOOK_SERVICE_HOST: 'y' })).toEqual(
      [],
    );
  });

  test('name a misspelled variable', () => {
    expect(warningsOf(withSubscription(), { OFFHOOK_LOGLEVEL: 'debug' })).toEqual([
      'OFFHOOK_LOGLEVEL is not used; did you mean OFFHOOK_LOG_LEVEL?',
    ]);
  });

  test('name plain http, namespaces nobody watches, and hookFailed without kubelet Events', () => {
    const yaml = `subscriptions:
  - name: dev
    url: http://127.0.0.1:8787/events
    allowHttp: true
    signingSecretFile: bridge.secret
    namespaces: [shop, pay]
    hooks: [preStop, hookFailed]
watch: { namespaces: [shop], kubeletEvents: false }
`;
    expect(warningsOf(yaml)).toEqual([
      'subscription dev: not in watch.namespaces, so never seen: pay',
      'subscription dev: hookFailed comes from kubelet Events, and watch.kubeletEvents is false',
      'subscription dev: plain http; events and bearer tokens travel unencrypted',
    ]);
  });
});
