import { expect, it } from 'vitest';
import { neededPermissions } from '../../../watcher/run/needed-permissions.ts';
import { describePermission } from '../../../watcher/source/api/permission.ts';

const watch = { kubeletEvents: false, resyncIntervalMs: 600_000, replayExisting: false };

function told(namespaces: readonly string[] | undefined, secretNamespaces: readonly string[]): string[] {
  const config = {
    watch: namespaces === undefined ? watch : { ...watch, namespaces },
    tenancy: { secretNamespaces },
  };
  return neededPermissions(config, null)
    .filter(({ optional }) => optional)
    .map(describePermission);
}

it('asks for both kinds, their status, Services and namespaces of the whole cluster, and for Secrets where it may read them', () => {
  expect(told(undefined, ['shop'])).toEqual([
    'get hooksubscriptions.offhook.dev in all namespaces',
    'list hooksubscriptions.offhook.dev in all namespaces',
    'watch hooksubscriptions.offhook.dev in all namespaces',
    'patch status of hooksubscriptions.offhook.dev in all namespaces',
    'create events.events.k8s.io in all namespaces',
    'get services in all namespaces',
    'list endpointslices.discovery.k8s.io in all namespaces',
    'get clusterhooksubscriptions.offhook.dev',
    'list clusterhooksubscriptions.offhook.dev',
    'watch clusterhooksubscriptions.offhook.dev',
    'patch status of clusterhooksubscriptions.offhook.dev',
    'list namespaces',
    'watch namespaces',
    'get secrets in the namespace shop',
  ]);
});

it('asks for one kind, and in each of its namespaces, where it watches some', () => {
  const asked = told(['shop', 'pay'], []);
  expect(asked).toHaveLength(14);
  expect(asked.filter((line) => line.endsWith('in the namespace pay'))).toHaveLength(7);
  expect(asked.join()).not.toMatch(/clusterhook|all namespaces|secrets|list namespaces/);
});

it('asks for none of it where objects are not followed', () => {
  expect(neededPermissions({ watch }, null).filter(({ optional }) => optional)).toEqual([]);
});
