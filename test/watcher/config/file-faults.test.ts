import { describe, expect, test } from 'vitest';
import { formatFaults } from '../../../settings/fault.ts';
import { loadConfig } from '../../../watcher/config/load-config.ts';
import { faultLines, withSubscription } from './load.ts';

function faultOfRead(code: string): string {
  const readFile = () => {
    throw Object.assign(new Error('private detail'), { code });
  };
  const result = loadConfig({ file: '/etc/offhook.yaml', env: {}, readFile });
  return result.kind === 'invalid' ? formatFaults(result.faults) : 'ok';
}

describe('a file that cannot be used at all', () => {
  test.each([
    ['ENOENT', '/etc/offhook.yaml: no such file'],
    ['EACCES', '/etc/offhook.yaml: permission denied; this process needs to read the file'],
    ['EISDIR', '/etc/offhook.yaml: is a directory, not a file'],
    ['EIO', '/etc/offhook.yaml: cannot be read (EIO)'],
  ])('%s', (code, line) => {
    expect(faultOfRead(code)).toBe(line);
  });

  test.each([
    ['empty', '', 'offhook.yaml: is empty; see offhook.example.yaml'],
    ['only a comment', '# nothing\n', 'offhook.yaml: is empty; see offhook.example.yaml'],
    ['not UTF-8', new Uint8Array([0x61, 0xff]), 'offhook.yaml: is not UTF-8 text'],
    ['larger than 1 MiB', `#${'x'.repeat(1024 * 1024)}`, 'offhook.yaml: is larger than 1 MiB'],
    ['indented by a tab', 'server:\n\tport: 1\n', 'offhook.yaml:2:1: a tab cannot indent YAML; use spaces'],
    [
      'two documents',
      'a: 1\n---\nb: 2\n',
      'offhook.yaml:2:1: expected one YAML document, found a second one (---)',
    ],
    ['with a tag', 'a: !env B\n', 'offhook.yaml:1:4: YAML tags (!name) are not supported; remove the tag'],
    [
      'an alias of nothing',
      'cluster: *name\n',
      'offhook.yaml:1:1: uses a YAML alias (*name) whose anchor (&name) does not stand before it',
    ],
  ])('%s', (_, content, line) => {
    expect(faultLines(content)).toEqual([line]);
  });

  test('exactly 1 MiB is read', () => {
    const good = withSubscription();
    const padding = `#${'x'.repeat(1024 * 1024 - good.length - 2)}\n`;
    expect(faultLines(padding + good)).toEqual([]);
  });

  test('duplicate keys, at any depth', () => {
    expect(faultLines('server:\n  port: 1\n  port: 2\n')).toEqual([
      'offhook.yaml:3:3: the key is given twice in the same map; keep one of them',
    ]);
  });

  test('nested deeper than the parser goes', () => {
    // The column depends on how much stack was left.
    expect(faultLines('a: [['.padEnd(20_000, '['))).toEqual([
      expect.stringMatching(/^offhook\.yaml:1:\d+: is nested too deeply$/),
    ]);
  });

  test('a bomb of anchors', () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const item = level === 0 ? 'x' : `*a${level - 1}`;
      return `a${level}: &a${level} [${Array(9).fill(item).join(', ')}]`;
    });
    expect(faultLines(levels.join('\n'))).toEqual([
      'offhook.yaml:1:1: uses too many YAML aliases (more than 100 once expanded)',
    ]);
  });

  test('a syntax fault never quotes the line, which may hold a pasted secret', () => {
    const lines = faultLines('a: [whsec_visible\nb: "whsec_visible\n  whsec_visible: x: y\n');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join()).not.toContain('visible');
  });
});

describe('faults across the file', () => {
  test('come all at once, in reading order, the environment last', () => {
    const yaml = `subscriptions:
  - name: Bridge
    webook: x
    url: http://bridge.example.com
    signingSecretFile: missing
    hooks: [postStrat]
server:
  port: 70000
lgo: {}
`;
    expect(faultLines(yaml, { env: { OFFHOOK_CLUSTER: '', OFFHOOK_LOG_LEVEL: 'loud' } })).toEqual([
      'offhook.yaml:2:11 subscriptions[0].name: expected a name for the subscription: 1 to 63 of a-z, 0-9 and "-", with "-" at neither end, got "Bridge"',
      'offhook.yaml:3:5 subscriptions[0].webook: unknown key; did you mean "url"?',
      'offhook.yaml:4:10 subscriptions[0].url: https required; plain http needs allowHttp: true in this subscription',
      'offhook.yaml:5:24 subscriptions[0].signingSecretFile: secret file: no such file',
      'offhook.yaml:6:13 subscriptions[0].hooks[0]: unknown hook; did you mean "postStart"? valid hooks: preStart, postStart, preStop, postStop, hookFailed, gap, disabled',
      'offhook.yaml:8:9 server.port: expected a whole number from 0 to 65535, got 70000',
      'offhook.yaml:9:1 lgo: unknown key; did you mean "log"?',
      'environment OFFHOOK_LOG_LEVEL: expected one of trace, debug, info, warn, error, fatal, silent, got "loud"',
      'environment OFFHOOK_CLUSTER: is set but empty; give it a value or unset it',
    ]);
  });

  test('are placed inside aliases, too', () => {
    const yaml = `subscriptions:
  - &a { name: a, url: "https://a.example", signingSecretFile: bridge.secret, concurrency: 0 }
  - *a
`;
    expect(faultLines(yaml)).toContainEqual(
      expect.stringMatching(/^offhook\.yaml:2:\d+ subscriptions\[1\]\.concurrency: /),
    );
  });

  test('are cut to fifty lines', () => {
    const lines = faultLines(Array.from({ length: 80 }, (_, index) => `zz${index}: 1`).join('\n'));
    expect(lines).toHaveLength(51);
    // Eighty unknown keys and the missing subscriptions.
    expect(lines.at(-1)).toBe('… and 31 more');
  });
});
