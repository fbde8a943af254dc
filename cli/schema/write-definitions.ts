import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { clusterHookSubscriptionSpec } from '../../watcher/subscriptions/spec/hook-subscription-spec.ts';
import {
  SUBSCRIPTION_API,
  SUBSCRIPTION_KINDS,
  type SubscriptionKind,
} from '../../watcher/subscriptions/spec/subscription-kind.ts';
import { customResourceDefinition } from './definition/custom-resource-definition.ts';
import { fieldTable } from './definition/field-table.ts';
import { deliveringReasonTable, readyReasonTable } from './definition/reason-tables.ts';
import { structuralDocument } from './definition/structural-document.ts';

const ROOT = join(import.meta.dirname, '../..');
const HEADER = '# Made by `npm run crds` of watcher/subscriptions/spec.\n';

/** For whoever installs them apart, and within what kustomize and Helm are given: neither reads what lies outside. */
const FOLDERS = ['infra/crds', 'infra/kustomize/crds', 'infra/helm/offhook/files/crds'];

/** The CustomResourceDefinitions as they are committed, by their paths from the root of the repository. */
export function definitionFiles(): ReadonlyMap<string, string> {
  const kinds = Object.keys(SUBSCRIPTION_KINDS) as SubscriptionKind[];
  const files = kinds.map((kind) => {
    const yaml = stringify(customResourceDefinition(kind), { aliasDuplicateObjects: false, lineWidth: 0 });
    return [`${SUBSCRIPTION_API.group}_${SUBSCRIPTION_KINDS[kind].plural}.yaml`, HEADER + yaml] as const;
  });
  return new Map(
    FOLDERS.flatMap((folder) => files.map(([name, text]) => [`${folder}/${name}`, text] as const)),
  );
}

const REFERENCE = 'docs/subscriptions.md';

/** The page with its tables: every field of `spec` by its path, every reason of a condition. Its other text stays. */
export function subscriptionReference(): readonly [path: string, text: string] {
  const tables = {
    fields: fieldTable(structuralDocument(clusterHookSubscriptionSpec()), 'spec'),
    'ready reasons': readyReasonTable(),
    'delivering reasons': deliveringReasonTable(),
  };
  const page = readFileSync(join(ROOT, REFERENCE), 'utf8');
  const made = Object.entries(tables).reduce((text, [name, table]) => {
    const place = new RegExp(`(<!-- ${name}, by \`npm run crds\` -->\\n)[\\s\\S]*?(<!-- end of ${name} -->)`);
    return text.replace(place, (_all, begin, end) => `${begin}\n${table}\n\n${end}`);
  }, page);
  return [REFERENCE, made];
}

/** `npm run crds`. */
if (import.meta.main) {
  for (const [path, text] of [...definitionFiles(), subscriptionReference()]) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
}
