import { resources } from './resources.ts';

const VERSION = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.0',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'linux/amd64',
};

/**
 * The documents by which a client finds out what a server has; undefined for a path that is none of them.
 *
 * There is no OpenAPI document: `/openapi/v2` and `/openapi/v3` are plain 404s, so kubectl needs `--validate=false`.
 */
export function discoveryDocument(path: string, address: string): unknown {
  const trimmed = path.replace(/\/$/, '');
  switch (trimmed) {
    case '/version':
      return VERSION;
    case '/api':
      return {
        kind: 'APIVersions',
        versions: ['v1'],
        serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
      };
    case '/apis':
      return { kind: 'APIGroupList', apiVersion: 'v1', groups: GROUPS.map(groupEntry) };
    case '/api/v1':
      return resourceList('');
    default:
      return groupDocument(trimmed);
  }
}

function groupDocument(path: string): unknown {
  const group = GROUPS.find((name) => path === `/apis/${name}` || path === `/apis/${name}/v1`);
  if (group === undefined) return undefined;
  if (path.endsWith('/v1')) return resourceList(group);
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) };
}

const GROUPS = [...new Set(resources.map(({ group }) => group))].filter((group) => group !== '');

function groupEntry(name: string) {
  const version = { groupVersion: `${name}/v1`, version: 'v1' };
  return { name, versions: [version], preferredVersion: version };
}

function resourceList(group: string) {
  const groupVersion = group === '' ? 'v1' : `${group}/v1`;
  const served = resources.filter((resource) => resource.group === group);
  return { kind: 'APIResourceList', groupVersion, resources: served.flatMap(entries) };
}

function entries(resource: (typeof resources)[number]) {
  const { plural, singular, namespaced, kind, verbs, shortNames, subresources } = resource;
  return [
    { name: plural, singularName: singular, namespaced, kind, verbs, shortNames },
    ...subresources.map((name) => subresourceEntry(`${plural}/${name}`, name, namespaced, kind)),
  ];
}

function subresourceEntry(name: string, subresource: string, namespaced: boolean, kind: string) {
  const entry = { name, singularName: '', namespaced, kind, verbs: ['get', 'patch', 'update'] };
  if (subresource === 'log') return { ...entry, verbs: ['get'] };
  if (subresource !== 'eviction') return entry;
  return { ...entry, group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] };
}
