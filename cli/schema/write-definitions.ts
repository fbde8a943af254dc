import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import {
  SUBSCRIPTION_API,
  SUBSCRIPTION_KINDS,
  type SubscriptionKind,
} from '../../watcher/subscriptions/spec/subscription-kind.ts';
import { customResourceDefinition } from './definition/custom-resource-definition.ts';

const ROOT = join(import.meta.dirname, '../..');
const HEADER = '# Made by `npm run crds` of watcher/subscriptions/spec.\n';

/** For kubectl and kustomize, and where Helm finds them. */
const FOLDERS = ['infra/crds', 'infra/helm/offhook/files/crds'];

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

/** `npm run crds`. */
if (import.meta.main) {
  for (const [path, text] of definitionFiles()) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
}
