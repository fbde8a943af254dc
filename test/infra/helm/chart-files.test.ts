import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { chartReference } from '../../../infra/helm/chart-reference.ts';
import { valuesSchema } from '../../../infra/helm/values-schema.ts';
import { helm } from '../tools/kubernetes-tools.ts';
import { CHART, SMALLEST, withValues } from './render-chart.ts';

const ROOT = join(CHART, '../../..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

describe('the files of the chart', () => {
  it('are what `npm run helm:reference` makes of the comments in values.yaml', () => {
    const generated = chartReference();
    expect(generated.size).toBe(2);
    for (const [file, text] of generated) expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('pass helm lint --strict, with the values they come with and with smallest ones', async () => {
    expect(await helm('lint', '--strict', CHART)).toMatchObject({ code: 0 });
    const linted = await withValues(SMALLEST, (file) => helm('lint', '--strict', CHART, '--values', file));
    expect(linted).toMatchObject({ code: 0 });
  });

  it('have the version of the package', () => {
    const chart = parse(readFileSync(join(CHART, 'Chart.yaml'), 'utf8'));
    expect(chart).toMatchObject({ version, appVersion: version });
    expect(chart.annotations['artifacthub.io/images']).toContain(`ghcr.io/offhook/offhook:${version}`);
    for (const folder of ['base', 'components/per-node', 'components/receiver']) {
      const { images } = parse(
        readFileSync(join(ROOT, 'infra/kustomize', folder, 'kustomization.yaml'), 'utf8'),
      );
      expect(images, folder).toEqual([{ name: 'ghcr.io/offhook/offhook', newTag: version }]);
    }
  });

  it('describe every value', () => {
    const schema = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8'));
    expect(undescribed(schema, '')).toEqual([]);
  });

  it('close every map but global and those that Kubernetes or the user gives keys', () => {
    const schema = JSON.parse(readFileSync(join(CHART, 'values.schema.json'), 'utf8'));
    expect(openMaps(schema, '')).toEqual(['/properties/global', '/$defs/kubernetesObject']);
  });
});

describe('the schema of values', () => {
  it('is made of values and their comments', () => {
    const values = '## @param a.b Text\n## @schema a.b {"minLength": 1}\na:\n  b: ""\n  c: 1\n';
    expect(valuesSchema(values, { name: {} })).toMatchObject({
      additionalProperties: false,
      properties: {
        a: {
          additionalProperties: false,
          properties: { b: { type: 'string', description: 'Text', minLength: 1 }, c: { type: 'number' } },
        },
      },
      $defs: { name: {} },
    });
  });

  it('is not made of a comment about a value that is not there, or that cannot be read', () => {
    expect(() => valuesSchema('## @schema a.c {}\na: { b: 1 }\n', {})).toThrow(/does not hold: a\.c/);
    expect(() => valuesSchema('## @schema a {b}\na: 1\n', {})).toThrow(/@schema of a is no JSON/);
  });
});

type Schema = Readonly<Record<string, unknown>>;

/** Paths of maps that take any key. */
function openMaps(schema: unknown, path: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, additionalProperties } = schema as Schema;
  const isOpen = type === 'object' && (additionalProperties === undefined || additionalProperties === true);
  // What an `if` asks for is no shape of a value.
  const within = Object.entries(schema).filter(([key]) => key !== 'if');
  return [...(isOpen ? [path] : []), ...within.flatMap(([key, child]) => openMaps(child, `${path}/${key}`))];
}

/** Paths of values without a description. */
function undescribed(schema: Schema, path: string): string[] {
  const { properties, description } = schema as { properties?: Record<string, Schema>; description?: string };
  if (description !== undefined) return [];
  const children = Object.entries(properties ?? {});
  if (children.length === 0) return [path];
  return children.flatMap(([key, child]) => undescribed(child, `${path}/${key}`));
}
