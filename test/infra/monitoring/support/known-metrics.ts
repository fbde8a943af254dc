import { readFileSync } from 'node:fs';
import { type Family, parseExposition } from '../../../watcher/metrics/exposition.ts';
import type { KnownMetrics } from './wrong-with-query.ts';

const OPERATIONS = new URL('../../../../docs/operations.md', import.meta.url);

/**
 * What a running watcher shows. Series that come only with trouble are not there in a healthy one: their labels, and the
 * values of labels, are those of docs/operations.md, which another test holds against the registry.
 */
export function knownMetrics(scraped: string): KnownMetrics {
  const rows = documentedRows();
  return new Map(
    [...parseExposition(scraped)].flatMap(([name, family]) => {
      const row = rows.get(name);
      const labels = new Set([...(row?.labels ?? []), ...labelsOf(family)]);
      const values = new Set([...(row?.words ?? []), ...valuesOf(family)]);
      return namesOf(name, family).map((each) => [each, { labels, values }] as const);
    }),
  );
}

function namesOf(name: string, { type }: Family): readonly string[] {
  return type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name];
}

function labelsOf({ samples }: Family): readonly string[] {
  return samples.flatMap(({ labels }) => Object.keys(labels));
}

function valuesOf({ samples }: Family): readonly string[] {
  return samples.flatMap(({ labels }) => Object.values(labels));
}

function documentedRows(): ReadonlyMap<
  string,
  { readonly labels: readonly string[]; readonly words: readonly string[] }
> {
  const rows = readFileSync(OPERATIONS, 'utf8').matchAll(/^\| `(\w+)` \|([^|]*)\|(.*)$/gm);
  const quoted = (text: string) => [...text.matchAll(/`(\w+)`/g)].map(([, word = '']) => word);
  return new Map(
    [...rows].map(([, name = '', labels = '', rest = '']) => [
      name,
      { labels: quoted(labels), words: quoted(rest) },
    ]),
  );
}
