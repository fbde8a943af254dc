import { describe, expect, it } from 'vitest';
import { eachTestHasACluster } from '../harness.ts';
import { readEvents, request } from '../http.ts';
import { DEFINITIONS, messageIn } from './hook-subscriptions.ts';

const test = eachTestHasACluster();

const WIDGETS = '/apis/example.com/v1/widgets';

function definition(schema: object = {}, more: { names?: object; spec?: object; version?: object } = {}) {
  const names = { plural: 'widgets', kind: 'Widget', ...more.names };
  const openAPIV3Schema = { type: 'object', properties: { spec: { type: 'object', properties: schema } } };
  const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema }, ...more.version };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.example.com` },
    spec: { group: 'example.com', scope: 'Cluster', names, versions: [version], ...more.spec },
  };
}

const define = (...about: Parameters<typeof definition>) =>
  request(test.cluster.url, 'POST', DEFINITIONS, { body: definition(...about) });
const make = (spec: object) =>
  request(test.cluster.url, 'POST', WIDGETS, { body: { metadata: { name: 'w' }, spec } });

describe('a definition', () => {
  it('fills in names, and is established at once', async () => {
    await define();
    const { body } = await request(test.cluster.url, 'GET', `${DEFINITIONS}/widgets.example.com`);
    expect(body).toMatchObject({
      spec: { names: { singular: 'widget', listKind: 'WidgetList' }, conversion: { strategy: 'None' } },
      status: {
        conditions: [
          { type: 'NamesAccepted', status: 'True' },
          { type: 'Established', status: 'True' },
        ],
      },
    });
  });

  it('brings its group and its paths, and takes them and all objects away again', async () => {
    const groups = async () => JSON.stringify((await request(test.cluster.url, 'GET', '/apis')).body);
    expect(await groups()).not.toContain('example.com');
    expect((await request(test.cluster.url, 'GET', WIDGETS)).status).toBe(404);
    await define();
    expect(await groups()).toContain('example.com/v1');
    await make({});
    const path = `${WIDGETS}?watch=1&resourceVersion=${test.cluster.api.resourceVersion()}`;
    const seen = readEvents(test.cluster.url, path, ({ type }) => type === 'DELETED');
    while (test.cluster.api.openWatches() < 1) await new Promise(setImmediate);
    await request(test.cluster.url, 'DELETE', `${DEFINITIONS}/widgets.example.com`);
    expect((await seen).map(({ object }) => object.metadata.name)).toEqual(['w']);
    expect(await groups()).not.toContain('example.com');
    expect((await request(test.cluster.url, 'GET', WIDGETS)).status).toBe(404);
    await define();
    expect(await request(test.cluster.url, 'GET', WIDGETS)).toMatchObject({ body: { items: [] } });
  });

  it('is not established while another has its names', async () => {
    await define();
    await define({}, { names: { plural: 'gadgets', kind: 'Widget' } });
    const { body } = await request(test.cluster.url, 'GET', `${DEFINITIONS}/gadgets.example.com`);
    expect(body).toMatchObject({
      status: {
        conditions: [
          {
            type: 'NamesAccepted',
            status: 'False',
            reason: 'KindConflict',
            message: '"Widget" is already in use',
          },
          { type: 'Established', status: 'False', reason: 'NotAccepted' },
        ],
      },
    });
    expect((await request(test.cluster.url, 'GET', '/apis/example.com/v1/gadgets')).status).toBe(404);
  });

  it.each([
    ['another name', definition({}, { names: { plural: 'w.x' } }), 'spec.names.plural: Invalid value'],
    [
      'no schema',
      definition({}, { version: { schema: {} } }),
      'schema.openAPIV3Schema: Required value: schemas are required',
    ],
    [
      'no storage version',
      definition({}, { version: { storage: false } }),
      'exactly one version marked as storage version',
    ],
    [
      'another scope',
      definition({}, { spec: { scope: 'Everywhere' } }),
      'spec.scope: Unsupported value: "Everywhere"',
    ],
    [
      'a field without a type',
      definition({ a: {} }),
      'properties[spec].properties[a].type: Required value: must not be empty for specified object fields',
    ],
    [
      'a pattern that is none',
      definition({ a: { type: 'string', pattern: '(' } }),
      'must be a valid regular expression',
    ],
    [
      'a default that does not fit',
      definition({ a: { type: 'string', default: 1 } }),
      'default in body must be of type string: "integer"',
    ],
    [
      'keys that are no fields',
      definition({
        a: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['n'],
          items: { type: 'object' },
        },
      }),
      'entries must all be names of item properties',
    ],
    [
      'a rule that cannot be read',
      definition({ a: { type: 'string', 'x-kubernetes-validations': [{ rule: 'self.' }] } }),
      'compilation failed',
    ],
    [
      'a rule that is no yes or no',
      definition({ a: { type: 'string', 'x-kubernetes-validations': [{ rule: "'x'" }] } }),
      'must evaluate to a bool',
    ],
    [
      'a column that leads nowhere',
      definition(
        {},
        { version: { additionalPrinterColumns: [{ name: 'A', type: 'string', jsonPath: 'a..b' }] } },
      ),
      'additionalPrinterColumns[0].jsonPath: Invalid value',
    ],
  ])('is refused with %s', async (_, body, message) => {
    const answer = await request(test.cluster.url, 'POST', DEFINITIONS, { body });
    expect([answer.status, messageIn(answer)]).toEqual([422, expect.stringContaining(message)]);
  });
});

describe('a schema', () => {
  it('tells every kind of fault in the words of the API server', async () => {
    await define({
      text: { type: 'string', minLength: 2, maxLength: 4 },
      format: { type: 'string', format: 'date-time' },
      number: { type: 'integer', minimum: 3, exclusiveMinimum: true, multipleOf: 2 },
      list: { type: 'array', minItems: 2, items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
      either: { 'x-kubernetes-int-or-string': true },
      some: { type: 'object', required: ['a'], properties: { a: { type: 'string' } } },
      any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    });
    const faults = async (spec: object) => {
      const { status, body } = await make(spec);
      expect({ status, body }).toMatchObject({ status: 422 });
      return (body as { details: { causes: { field: string; message: string }[] } }).details.causes.map(
        ({ field, message }) => `${field}: ${message}`,
      );
    };
    expect(await faults({ text: 'a', format: 'x', number: 3, list: ['a'] })).toEqual([
      'spec.text: Invalid value: "a": spec.text in body should be at least 2 chars long',
      'spec.format: Invalid value: "x": spec.format in body must be of type date-time: "x"',
      'spec.number: Invalid value: 3: spec.number in body should be a multiple of 2',
      'spec.number: Invalid value: 3: spec.number in body should be greater than 3',
      'spec.list: Invalid value: 1: spec.list in body should have at least 2 items',
    ]);
    expect(await faults({ text: 'abcde', number: 'x', either: 1.5, some: {}, list: ['a', 'a'] })).toEqual([
      'spec.text: Too long: may not be more than 4 bytes',
      'spec.number: Invalid value: "string": spec.number in body must be of type integer: "string"',
      'spec.either: Invalid value: "number": spec.either in body must be of type integer,string: "number"',
      'spec.some.a: Required value',
      'spec.list[1]: Duplicate value: "a"',
    ]);
    expect(
      await make({ any: { x: [1, { y: null }] }, either: 'a', number: null, __proto__: 1 }),
    ).toMatchObject({
      status: 201,
      body: { spec: { any: { x: [1, { y: null }] }, either: 'a' } },
    });
  });

  it('asks its rules in CEL, of changes too, and makes their messages', async () => {
    await define({
      size: {
        type: 'integer',
        'x-kubernetes-validations': [
          { rule: 'self >= oldSelf', message: 'must not shrink' },
          { rule: 'self % 2 == 0', messageExpression: "'must be even, not ' + string(self)" },
        ],
      },
      time: {
        type: 'string',
        format: 'date-time',
        'x-kubernetes-validations': [{ rule: "self > timestamp('2020-01-01T00:00:00Z')" }],
      },
      map: {
        type: 'object',
        additionalProperties: {
          type: 'string',
          'x-kubernetes-validations': [{ rule: 'self.size() < 3', reason: 'FieldValueForbidden' }],
        },
      },
    });
    const odd = await make({ size: 3, time: '2019-01-01T00:00:00Z', map: { a: 'abc' } });
    expect((odd.body as { details: { causes: unknown } }).details.causes).toEqual([
      { field: 'spec.size', reason: 'FieldValueInvalid', message: 'Invalid value: 3: must be even, not 3' },
      {
        field: 'spec.time',
        reason: 'FieldValueInvalid',
        message: `Invalid value: "2019-01-01T00:00:00Z": failed rule: self > timestamp('2020-01-01T00:00:00Z')`,
      },
      {
        field: 'spec.map.a',
        reason: 'FieldValueForbidden',
        message: 'Forbidden: failed rule: self.size() < 3',
      },
    ]);
    expect((await make({ size: 4 })).status).toBe(201);
    const patch = (spec: object) =>
      request(test.cluster.url, 'PATCH', `${WIDGETS}/w`, {
        type: 'application/merge-patch+json',
        body: { spec },
      });
    expect(messageIn(await patch({ size: 2 }))).toContain('spec.size: Invalid value: 2: must not shrink');
    expect((await patch({ size: 6 })).status).toBe(200);
  });
});
