import { describe, expect, test } from 'vitest';
import { loadJournalSettings } from '../../../watcher/config/journal-settings.ts';
import { faultLines, loadOk, withSubscription } from './load.ts';

describe('journal.maxBytes', () => {
  test.each([
    ['1MiB', 1024 ** 2],
    ['512Mi', 512 * 1024 ** 2],
    ['2GiB', 2 * 1024 ** 3],
    ['1Ti', 1024 ** 4],
    ['5000000', 5_000_000],
  ])('%s', (text, bytes) => {
    expect(loadOk(`${withSubscription()}journal: { maxBytes: ${text} }`).journal.maxBytes).toBe(bytes);
  });

  test('is 1 GiB unless given', () => {
    expect(loadOk(withSubscription()).journal.maxBytes).toBe(1024 ** 3);
  });

  test.each(['1023KiB', '1000', '2TiB', '1GB', '1 GiB', '-1MiB', '1.5GiB', '1.5', 'true', ''])(
    '%s is refused',
    (text) => {
      expect(faultLines(`${withSubscription()}journal: { maxBytes: ${text} }`)[0]).toMatch(
        /^offhook\.yaml:5:\d+ journal\.maxBytes: expected a size from 1MiB to 1TiB, such as 512MiB or 2GiB, or a whole number of bytes/,
      );
    },
  );

  test('is what people mean by a quota or a size', () => {
    expect(faultLines(`${withSubscription()}journal: { maxSize: 1GiB }`)[0]).toMatch(
      /did you mean "maxBytes"\?/,
    );
  });
});

describe('where a journal is', () => {
  const settingsOf = (yaml: string, env: Record<string, string> = {}) =>
    loadJournalSettings({ file: 'offhook.yaml', env, readFile: () => yaml });

  test('is read without the secrets that the configuration names', () => {
    const yaml =
      'subscriptions: [{ name: a, url: "https://a.example", signingSecretFile: /nowhere }]\ndataDir: d';
    expect(settingsOf(yaml)).toMatchObject({
      kind: 'ok',
      settings: { directory: 'd', maxBytes: 1024 ** 3, subscriptions: ['a'] },
    });
  });

  test('follows the environment', () => {
    const yaml = 'subscriptions: []\ndataDir: d';
    expect(settingsOf(yaml, { OFFHOOK_DATA_DIR: '/data' })).toMatchObject({
      settings: { directory: '/data' },
    });
    expect(settingsOf(yaml, { OFFHOOK_DATA_DIR: '' })).toMatchObject({
      kind: 'invalid',
      faults: [{ path: 'OFFHOOK_DATA_DIR', message: expect.stringContaining('set but empty') }],
    });
  });

  test('is not guessed from a configuration that is broken', () => {
    expect(settingsOf('journal: [')).toMatchObject({ kind: 'invalid' });
    expect(settingsOf('dataDir: 7\nsubscriptions: []')).toMatchObject({
      kind: 'invalid',
      faults: [{ line: 1, path: 'dataDir' }],
    });
  });
});
