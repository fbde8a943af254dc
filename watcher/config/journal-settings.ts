import * as z from 'zod';
import { expectedUnseen } from '../../settings/expected.ts';
import { type ConfigFault, inReadingOrder } from '../../settings/fault.ts';
import type { ReadFile } from '../../settings/files/read-text.ts';
import { applyOverrides, type Environment } from '../../settings/overrides.ts';
import { readDocument } from '../../settings/read-document.ts';
import { schemaFaults } from '../../settings/schema-faults.ts';
import { journalSchema } from './config-schema.ts';
import { readOverrides } from './environment.ts';

/** What working on a journal needs to know of the configuration. */
type JournalSettings = {
  readonly directory: string;
  readonly maxBytes: number;
  /** Names of the configured subscriptions. */
  readonly subscriptions: readonly string[];
};

type JournalSettingsResult =
  | { readonly kind: 'ok'; readonly settings: JournalSettings }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] };

/**
 * Reads where the journal of a configuration is, under the environment's overrides, and nothing else: a person who
 * looks at a journal need not have the secrets that the configuration names.
 */
export function loadJournalSettings(options: {
  readonly file: string;
  readonly env: Environment;
  readonly readFile: ReadFile;
}): JournalSettingsResult {
  const { file, env, readFile } = options;
  const document = readDocument(file, readFile);
  if (document.kind === 'invalid') return document;
  const { overrides, faults } = readOverrides(env);
  const journalFaults = faults.filter(({ path }) => path === 'OFFHOOK_JOURNAL_DIR');
  if (journalFaults.length > 0) return invalid(journalFaults);
  const parsed = settingsSchema().safeParse(applyOverrides(document.value ?? {}, overrides));
  if (!parsed.success) {
    return invalid(inReadingOrder(schemaFaults(parsed.error, { file, locate: document.locate, overrides })));
  }
  const { journal, subscriptions } = parsed.data;
  const { directory, maxBytes } = journal;
  const settings = { directory, maxBytes, subscriptions: subscriptions.flatMap(nameOf) };
  return { kind: 'ok', settings };
}

function nameOf(subscription: unknown): string[] {
  const isMap = typeof subscription === 'object' && subscription !== null;
  return isMap && 'name' in subscription && typeof subscription.name === 'string' ? [subscription.name] : [];
}

/** Only the parts that matter here are checked; `offhook watch --check` looks at the rest. */
function settingsSchema() {
  return z.looseObject({
    journal: journalSchema().prefault({}),
    subscriptions: z.array(z.unknown(), expectedUnseen('a list of subscriptions')),
  });
}

function invalid(faults: readonly ConfigFault[]): JournalSettingsResult {
  return { kind: 'invalid', faults };
}
