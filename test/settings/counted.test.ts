import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { counted } from '../../settings/counted.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = ['cli', 'watcher', 'functions', 'settings', 'protocol'];

it('one is one', () => {
  expect([0, 1, 2].map((count) => counted(count, 'attempt'))).toEqual([
    '0 attempts',
    '1 attempt',
    '2 attempts',
  ]);
  expect([1, 2].map((count) => counted(count, 'is', 'are'))).toEqual(['1 is', '2 are']);
});

/** A number in a text with a word behind it that is only right for some numbers. */
const FIXED_PLURAL =
  /\$\{(?![^}]*(?:MAX|MOST|\bmost\b|LONGEST|LARGEST|SHORTEST|MIN_|LIMIT|_BYTES|grouped|[Ll]imit|max[A-Z]))[^}]*\} (?:[a-z-]+ )?(?:attempts|events|records|chains|dead letters|deliveries|runs|times|files|lines|entries|objects|characters|days|subscriptions|handlers|clusters|containers|checkpoints|faults|labels|warnings|variables|keys)\b/;
/** These are never about one. */
const MANY: readonly string[] = [
  // More keys than may be, and one key of several.
  'functions/platforms/node/config/receiver-keys.ts',
  'protocol/signature/bound-key.ts',
  'functions/platforms/aws/audit/audit-table.ts',
  'watcher/source/cluster/read-kubeconfig.ts',
  'functions/page/routes/event-routes.ts',
  'functions/handlers/shipped/delete-objects.ts',
  'functions/recovery/recovery-routes.ts',
  'watcher/config/subscription-headers.ts',
  'watcher/config/subscription-oauth2.ts',
  'watcher/config/subscription-secrets.ts',
  'watcher/explain/recipients/read-subscriptions.ts',
  'watcher/subscriptions/spec/headers-spec.ts',
  // No number: a path, a name, a column.
  'cli/audit/print-records.ts',
  'functions/platforms/node/check-checkpoint-directory.ts',
  'functions/platforms/node/directory-sink.ts',
  'functions/handlers/shipped/announce-run.ts',
  'watcher/journal/operations/replay-deliveries.ts',
];

it('no message says "1 attempts": a number and its word come from counted', () => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      // The page has words of its own.
      .filter((name) => name.endsWith('.ts') && !name.startsWith('page/client/'))
      .map((name) => `${folder}/${name}`),
  );
  const found = files
    .filter((file) => !MANY.includes(file))
    .flatMap((file) =>
      readFileSync(join(ROOT, file), 'utf8')
        .split('\n')
        .filter((line) => FIXED_PLURAL.test(line) && !/=== 1 \?/.test(line) && !/^\s*(\*|\/\/)/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
  expect(found).toEqual([]);
});
