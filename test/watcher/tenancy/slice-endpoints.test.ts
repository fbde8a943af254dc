import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { endpointsOf } from '../../../watcher/tenancy/services/slice-endpoints.ts';

const shop = { namespace: 'shop', portName: '' };
const pod = (name = 'receiver-1', namespace = 'shop') => ({ kind: 'Pod', name, namespace });

function slice(endpoint: Record<string, unknown>, ports: unknown = [{ port: 8080, name: null }]) {
  const endpoints = [{ addresses: ['10.1.2.3'], conditions: { ready: true }, targetRef: pod(), ...endpoint }];
  return { items: [{ addressType: 'IPv4', endpoints, ports }] };
}

describe('endpoints of a Service', () => {
  test('are its ready Pods, at the port that the Service leads to', () => {
    expect(endpointsOf(slice({}), shop)).toEqual([{ address: '10.1.2.3', port: 8080, pod: 'receiver-1' }]);
  });

  test('are those of the named port', () => {
    const ports = [
      { name: 'metrics', port: 9090 },
      { name: 'web', port: 8080 },
    ];
    expect(endpointsOf(slice({}, ports), { namespace: 'shop', portName: 'web' })[0]?.port).toBe(8080);
    expect(endpointsOf(slice({}, ports), { namespace: 'shop', portName: 'other' })).toEqual([]);
  });

  test('are ready where the slice does not say that they are not', () => {
    expect(endpointsOf(slice({ conditions: {} }), shop)).toHaveLength(1);
    expect(endpointsOf(slice({ conditions: { ready: false } }), shop)).toEqual([]);
  });

  test.each([
    ['a Pod of another namespace', { targetRef: pod('api', 'kube-system') }],
    ['no Pod', { targetRef: undefined }],
    ['a Node', { targetRef: { kind: 'Node', name: 'node-1', namespace: 'shop' } }],
    ['a Pod of no namespace', { targetRef: { kind: 'Pod', name: 'x' } }],
    ['a name in place of an address', { addresses: ['metadata.google.internal'] }],
    ['no address', { addresses: [] }],
    ['addresses that are none', { addresses: '10.1.2.3' }],
  ])('are none that name %s', (_what, endpoint) => {
    expect(endpointsOf(slice(endpoint), shop)).toEqual([]);
  });

  test.each([null, 'text', {}, { items: null }, { items: [null, 7, { endpoints: 'x', ports: 'y' }] }])(
    'are none in %j',
    (answer) => {
      expect(endpointsOf(answer, shop)).toEqual([]);
    },
  );

  test('are read as a real server has them', () => {
    const recorded = readFileSync('test/fixtures/protocol/endpointslices.http', 'utf8');
    const body = JSON.parse(recorded.slice(recorded.indexOf('{"kind"')));
    const [first] = body.items;
    const namespace = first.metadata.namespace;
    const portName = first.ports[0].name ?? '';
    expect(endpointsOf(body, { namespace, portName }).length).toBeGreaterThan(0);
  });
});
