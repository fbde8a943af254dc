import * as z from 'zod';
import { expectedUnseen } from '../../settings/expected.ts';
import { type ConfigFault, inReadingOrder } from '../../settings/fault.ts';
import type { ReadFile } from '../../settings/files/read-text.ts';
import { applyOverrides, type Environment } from '../../settings/overrides.ts';
import { readDocument } from '../../settings/read-document.ts';
import { clashFaults, renameKeys } from '../../settings/renamed-keys.ts';
import { schemaFaults } from '../../settings/schema-faults.ts';
import { dataDir, journalSchema } from './config-schema.ts';
import { readOverrides } from './environment.ts';
import { FORMER_WATCHER_KEYS } from './former-watcher-keys.ts';

/** What working on a journal needs to know of the configuration. */
type JournalSettings = {
  readonly directory: string;
  readonly maxBytes: number;
  /** Names of the configured subscriptions. */
  readonly subscriptions: readonly string[];
  /** By name, where they deliver: the host of the URL, or the event bus. Nothing of a URL but its host: tokens are in paths. */
  readonly destinations: ReadonlyMap<string, string>;
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
  const journalFaults = faults.filter(({ path }) => path === 'OFFHOOK_DATA_DIR');
  if (journalFaults.length > 0) return invalid(journalFaults);
  const { locate } = document;
  // What starts the watcher tells of the old names.
  const { value, moved, clashes } = renameKeys(document.value ?? {}, FORMER_WATCHER_KEYS);
  if (clashes.length > 0) return invalid(clashFaults(clashes, file, locate));
  const parsed = settingsSchema().safeParse(applyOverrides(value, overrides));
  if (!parsed.success) {
    return invalid(inReadingOrder(schemaFaults(parsed.error, { file, locate, overrides, moved })));
  }
  const { dataDir: directory, journal, subscriptions } = parsed.data;
  const { maxBytes } = journal;
  const destinations = new Map(
    subscriptions.flatMap((each) => nameOf(each).map((name) => [name, destinationOf(each)] as const)),
  );
  const settings = { directory, maxBytes, subscriptions: subscriptions.flatMap(nameOf), destinations };
  return { kind: 'ok', settings };
}

function nameOf(subscription: unknown): string[] {
  const isMap = typeof subscription === 'object' && subscription !== null;
  return isMap && 'name' in subscription && typeof subscription.name === 'string' ? [subscription.name] : [];
}

/** What is wrong with a URL is for `offhook watch --check` to say. */
function destinationOf(subscription: unknown): string {
  const parsed = destinationSchema.safeParse(subscription);
  const { url, eventBridge } = parsed.data ?? {};
  if (url !== undefined && URL.canParse(url)) return new URL(url).host;
  return eventBridge === undefined ? '' : `bus ${eventBridge.busName}`;
}

/** Only the parts that matter here are checked; `offhook watch --check` looks at the rest. */
function settingsSchema() {
  return z.looseObject({
    dataDir: dataDir(),
    journal: journalSchema().prefault({}),
    subscriptions: z.array(z.unknown(), expectedUnseen('a list of subscriptions')),
  });
}

const destinationSchema = z.looseObject({
  url: z.string().optional(),
  eventBridge: z.looseObject({ busName: z.string() }).optional(),
});

function invalid(faults: readonly ConfigFault[]): JournalSettingsResult {
  return { kind: 'invalid', faults };
}
