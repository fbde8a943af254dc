import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customResourceDefinition } from '../../../cli/schema/definition/custom-resource-definition.ts';
import { PRINTER_COLUMNS } from '../../../cli/schema/definition/printer-columns.ts';
import {
  type StructuralDocument,
  structuralDocument,
} from '../../../cli/schema/definition/structural-document.ts';
import { definitionFiles, subscriptionReference } from '../../../cli/schema/write-definitions.ts';
import {
  clusterHookSubscriptionSpec,
  hookSubscriptionSpec,
} from '../../../watcher/subscriptions/spec/hook-subscription-spec.ts';
import { readHookSubscription } from '../../../watcher/subscriptions/spec/read-hook-subscription.ts';
import { FAILURE_CLASSES } from '../../../watcher/subscriptions/spec/status-schema.ts';
import type { SubscriptionKind } from '../../../watcher/subscriptions/spec/subscription-kind.ts';
import { specsOf } from './spec-arbitrary.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SCHEMAS: Readonly<Record<SubscriptionKind, StructuralDocument>> = {
  HookSubscription: structuralDocument(hookSubscriptionSpec()),
  ClusterHookSubscription: structuralDocument(clusterHookSubscriptionSpec()),
};
const KINDS = Object.keys(SCHEMAS) as SubscriptionKind[];

describe('the committed definitions', () => {
  it('are what `npm run crds` makes of the schema', () => {
    const files = definitionFiles();
    expect(files.size).toBe(6);
    for (const [path, text] of files) expect(readFileSync(join(ROOT, path), 'utf8'), path).toBe(text);
  });

  it.each(KINDS)(
    'of %s are structural: types everywhere, bounds on texts and lists, no keyword that is refused',
    (kind) => {
      expect(looseParts(SCHEMAS[kind], 'spec')).toEqual([]);
      expect(JSON.stringify(SCHEMAS[kind])).not.toMatch(
        /"(\$ref|anyOf|oneOf|allOf|uniqueItems|propertyNames|const)"/,
      );
    },
  );

  it('have rules that cost little: none parses a URL or an address', () => {
    const texts = KINDS.flatMap((kind) => rulesOf(SCHEMAS[kind]).map(({ rule }) => rule));
    expect(texts.length).toBeGreaterThan(10);
    expect(texts.filter((text) => /\b(url|isIP|isURL|cidr|ip)\(/.test(text))).toEqual([]);
  });

  it('give a parent of defaults a default of its own', () => {
    for (const kind of KINDS) {
      const { properties = {} } = SCHEMAS[kind];
      expect(properties.delivery?.default).toEqual({});
      expect(properties.signing?.default).toEqual({});
    }
  });

  it('show these columns', () => {
    const shown = PRINTER_COLUMNS.filter(({ priority }) => priority === undefined).map(({ name }) => name);
    expect(shown.map((name) => name.toUpperCase())).toEqual([
      'READY',
      'DELIVERING',
      'REASON',
      'TARGET',
      'PENDING',
      'DEAD',
      'LAST',
      'AGE',
    ]);
    const wide = PRINTER_COLUMNS.filter(({ priority }) => priority === 1).map(({ name }) => name);
    expect(wide).toEqual(['Hooks', 'Accepted']);
  });

  it('say of the status what the watcher writes', () => {
    const text = JSON.stringify(customResourceDefinition('HookSubscription'));
    for (const field of ['observedGeneration', 'lastTest', 'publicKeys', 'oldestPendingTime'])
      expect(text).toContain(field);
    for (const word of FAILURE_CLASSES) expect(text).toContain(`"${word}"`);
  });

  it('let an event bus be named by the operator only', () => {
    expect(SCHEMAS.HookSubscription.properties?.target?.properties).not.toHaveProperty('eventBridge');
    expect(SCHEMAS.ClusterHookSubscription.properties?.target?.properties).toHaveProperty('eventBridge');
    expect(SCHEMAS.ClusterHookSubscription.required).toEqual(['namespaceSelector', 'target']);
  });
});

describe('the reference of fields', () => {
  it('is what `npm run crds` makes of the schema, and names each field once', () => {
    const [path, text] = subscriptionReference();
    expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
    for (const field of [
      'target.service.path',
      'delivery.maxPerMinute',
      'headers[].secretRef.key',
      'exitCodes.values',
    ])
      expect(text.split(`\`spec.${field}\``)).toHaveLength(2);
  });
});

describe.each(KINDS)('the structural schema of %s', (kind) => {
  const keywords = ['type', 'map-type', 'list-type', 'list-map-keys', 'validations'].map(
    (key) => `x-kubernetes-${key}`,
  );
  const accepts = new Ajv({ strict: false, keywords }).compile(SCHEMAS[kind]);
  // What a structural schema does not hold: rules, lists without repetitions, unknown keys, which are pruned.
  const elsewhere = new Set(rulesOf(SCHEMAS[kind]).map(({ message }) => message));

  it('accepts what the watcher accepts, and refuses what it refuses', () => {
    let taken = 0;
    fc.assert(
      fc.property(specsOf(kind), (spec) => {
        const metadata = { name: 'billing', namespace: 'team-a' };
        const reading = readHookSubscription({ apiVersion: 'offhook.dev/v1alpha1', kind, metadata, spec });
        const faults = reading.kind === 'read' ? [] : reading.faults;
        const own = faults.filter(
          ({ message }) =>
            !elsewhere.has(message) &&
            !message.startsWith('unknown key') &&
            !message.endsWith('must not repeat'),
        );
        if (reading.kind === 'read') taken += 1;
        expect({ refused: !accepts(spec) }, JSON.stringify({ faults, errors: accepts.errors })).toEqual({
          refused: own.length > 0,
        });
      }),
      { numRuns: 3_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});

type Rule = { readonly rule: string; readonly message: string };

function rulesOf(schema: unknown): Rule[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, child]) =>
    key === 'x-kubernetes-validations' ? (child as Rule[]) : rulesOf(child),
  );
}

/** Parts without a type, and texts, lists and maps without a bound. */
function looseParts(schema: StructuralDocument, path: string): string[] {
  const {
    type,
    enum: words,
    maxLength,
    maxItems,
    properties = {},
    items,
    additionalProperties,
    maxProperties,
  } = schema;
  return [
    ...(type === undefined ? [`${path}: no type`] : []),
    ...(type === 'string' && words === undefined && maxLength === undefined ? [`${path}: no maxLength`] : []),
    ...(type === 'array' && maxItems === undefined ? [`${path}: no maxItems`] : []),
    ...(additionalProperties !== undefined && maxProperties === undefined
      ? [`${path}: no maxProperties`]
      : []),
    ...Object.entries(properties).flatMap(([key, child]) => looseParts(child, `${path}.${key}`)),
    ...(items === undefined ? [] : looseParts(items, `${path}[]`)),
    ...(additionalProperties === undefined ? [] : looseParts(additionalProperties, `${path}.*`)),
  ];
}
