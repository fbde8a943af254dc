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
  switch (path.replace(/\/$/, '')) {
    case '/version':
      return VERSION;
    case '/api':
      return {
        kind: 'APIVersions',
        versions: ['v1'],
        serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
      };
    case '/apis':
      return { kind: 'APIGroupList', apiVersion: 'v1', groups: [] };
    case '/api/v1':
      return { kind: 'APIResourceList', groupVersion: 'v1', resources: resources.flatMap(entries) };
    default:
      return undefined;
  }
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
