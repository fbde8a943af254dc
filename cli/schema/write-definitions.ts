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
const TABLE = /(<!-- fields, by `npm run crds` -->\n)[\s\S]*?(<!-- end of fields -->)/;

/** The page with the table of every field of `spec`, by its path; its other text stays. */
export function fieldReference(): readonly [path: string, text: string] {
  const table = fieldTable(structuralDocument(clusterHookSubscriptionSpec()), 'spec');
  const page = readFileSync(join(ROOT, REFERENCE), 'utf8');
  return [REFERENCE, page.replace(TABLE, (_all, begin, end) => `${begin}\n${table}\n\n${end}`)];
}

/** `npm run crds`. */
if (import.meta.main) {
  for (const [path, text] of [...definitionFiles(), fieldReference()]) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
}
