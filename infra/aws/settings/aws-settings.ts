import type * as z from 'zod';
import { type ConfigFault, inReadingOrder } from '../../../settings/fault.ts';
import type { ReadFile } from '../../../settings/files/read-text.ts';
import { readDocument } from '../../../settings/read-document.ts';
import { schemaFaults } from '../../../settings/schema-faults.ts';
import { section } from '../../../settings/section.ts';
import { AWS_SYNONYMS, awsReceiverKeys, matchingText } from './receiver-settings.ts';

/** What a team decides about its stack; every key has a default. `docs/aws.md` explains them. */
export type AwsSettings = z.output<ReturnType<typeof settingsSchema>>;

type AwsSettingsResult =
  | { readonly kind: 'ok'; readonly settings: AwsSettings }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] };

/**
 * Reads a settings file (YAML, UTF-8, at most 1 MiB); without one, the defaults. All faults at once, and never an
 * exception for what an operator can write.
 */
export function loadAwsSettings(file: string | undefined, readFile: ReadFile): AwsSettingsResult {
  if (file === undefined) return { kind: 'ok', settings: settingsSchema().parse({}) };
  const document = readDocument(file, readFile);
  if (document.kind === 'invalid') return document;
  const parsed = settingsSchema().safeParse(document.value ?? {});
  if (parsed.success) return { kind: 'ok', settings: parsed.data };
  const places = { file, locate: document.locate, overrides: [] };
  return { kind: 'invalid', faults: inReadingOrder(schemaFaults(parsed.error, places)) };
}

function settingsSchema() {
  const stackName = matchingText(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'a stack name: letters, digits and dashes');
  const assetBucket = matchingText(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of an S3 bucket');
  return section(
    {
      stackName: stackName.default('offhook'),
      ...awsReceiverKeys(() => false),
      assetBucket: assetBucket.optional(),
    },
    { name: 'stackName', ...AWS_SYNONYMS },
  );
}
