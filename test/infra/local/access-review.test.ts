import { describe, expect, it } from 'vitest';
import { eachTestHasACluster, statusOf } from './harness.ts';
import { request } from './http.ts';

const PATH = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

const test = eachTestHasACluster({ forbid: [{ verb: 'list', resource: 'pods' }] });

function review(spec: object) {
  const body = { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', spec };
  return request(test.cluster.url, 'POST', PATH, { body });
}

const may = async (resourceAttributes: object) => {
  const { status, body } = await review({ resourceAttributes });
  expect(status).toBe(201);
  return (body as { status: unknown }).status;
};

describe('SelfSubjectAccessReviews', () => {
  it('are answered in the form of the real one', async () => {
    const spec = { resourceAttributes: { verb: 'watch', resource: 'pods', namespace: 'default' } };
    const { status, body } = await review(spec);
    expect(status).toBe(201);
    expect(body).toEqual({
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: { managedFields: [expect.objectContaining({ manager: 'unknown' })] },
      spec,
      status: { allowed: true },
    });
  });

  it('say what the access rules say, also of what is not served', async () => {
    expect(await may({ verb: 'list', resource: 'pods' })).toEqual({ allowed: false });
    expect(await may({ verb: 'list', group: 'apps', resource: 'deployments' })).toEqual({ allowed: true });
    // Whoever may not list Pods may not do everything to everything.
    expect(await may({ verb: '*', resource: '*' })).toEqual({ allowed: false });
    test.cluster.api.setAccess({ forbid: [{ verb: '*', resource: 'events' }] });
    expect(await may({ verb: 'list', resource: 'pods' })).toEqual({ allowed: true });
    expect(await may({ verb: 'watch', resource: 'events' })).toEqual({ allowed: false });
  });

  it('are about paths, too, and about one thing', async () => {
    const { body } = await review({ nonResourceAttributes: { verb: 'get', path: '/version' } });
    expect(body).toMatchObject({ status: { allowed: true } });
    const both = { resourceAttributes: {}, nonResourceAttributes: {} };
    for (const spec of [{}, both]) expect((await review(spec)).status).toBe(422);
  });

  it('are only created, never kept, and discovered', async () => {
    const { url } = test.cluster;
    expect(await statusOf(url, 'GET', PATH)).toEqual([405, 'MethodNotAllowed']);
    const before = test.cluster.api.resourceVersion();
    await may({ verb: 'list', resource: 'events' });
    expect(test.cluster.api.resourceVersion()).toBe(before);
    const { body } = await request(url, 'GET', '/apis/authorization.k8s.io/v1');
    expect(body).toMatchObject({
      groupVersion: 'authorization.k8s.io/v1',
      resources: [{ name: 'selfsubjectaccessreviews', namespaced: false, verbs: ['create'] }],
    });
  });

  it('are refused to whoever may not create them', async () => {
    test.cluster.api.setAccess({ forbid: [{ verb: 'create', resource: 'selfsubjectaccessreviews' }] });
    expect((await review({ resourceAttributes: { verb: 'list', resource: 'pods' } })).status).toBe(403);
  });
});
