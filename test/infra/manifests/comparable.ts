import { parse } from 'yaml';
import { type Manifest, titleOf } from './manifest.ts';

/** Labels that say who rendered what, and when. */
const RENDERERS_LABELS = ['helm.sh/chart', 'app.kubernetes.io/managed-by', 'app.kubernetes.io/version'];
/** How each of the two makes new Pods when the configuration changes: an annotation here, a name there. */
const CHECKSUM = 'checksum/config';
const NAME_WITH_HASH = /^(offhook(?:-receiver)?-config)-[a-z0-9]{10}$/;

/**
 * Objects as two ways of rendering can be compared: by title, without what must differ. Configuration files are
 * compared as what they mean, not as text. Hooks of Helm and namespaces, which Helm makes by itself, are left out.
 */
export function comparable(manifests: readonly Manifest[]): Readonly<Record<string, unknown>> {
  const kept = manifests.filter(
    ({ kind, metadata }) => kind !== 'Namespace' && metadata.annotations?.['helm.sh/hook'] === undefined,
  );
  const entries = kept.map((each) => {
    // A key that is made anew each time: what is the same is that there is one.
    const told = each.kind === 'Secret' ? { ...each, data: Object.keys(each.data ?? {}) } : each;
    const plain = cleaned(told) as Manifest;
    return [`${titleOf(plain)} in ${plain.metadata.namespace ?? 'the cluster'}`, plain] as const;
  });
  return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)));
}

function cleaned(value: unknown, key = ''): unknown {
  if (typeof value === 'string')
    return key.endsWith('.yaml') ? parse(value) : value.replace(NAME_WITH_HASH, '$1');
  if (Array.isArray(value)) return value.map((each) => cleaned(each));
  if (typeof value !== 'object' || value === null) return value;
  const children = Object.entries(value)
    .filter(([name]) => !RENDERERS_LABELS.includes(name) && name !== CHECKSUM)
    .map(([name, child]) => [name, cleaned(child, name)] as const);
  return Object.fromEntries(children.filter(([name, child]) => name !== 'annotations' || !isEmpty(child)));
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
