import { createHash } from 'node:crypto';
import { apiVersion, type Resource, type Subresource } from './resource.ts';

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
 */
export function discoveryDocument(
  path: string,
  { resources, address }: { readonly resources: readonly Resource[]; readonly address: string },
): unknown {
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
      return {
        kind: 'APIGroupList',
        apiVersion: 'v1',
        groups: groupsOf(resources).map((group) => groupEntry(group, resources)),
      };
    case '/api/v1':
      return resourceList({ group: '', version: 'v1' }, resources);
    default:
      return groupDocument(trimmed, resources);
  }
}

function groupDocument(path: string, resources: readonly Resource[]): unknown {
  const [, root, group = '', version, ...more] = path.split('/');
  if (root !== 'apis' || more.length > 0 || !groupsOf(resources).includes(group)) return undefined;
  if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group, resources) };
  return versionsOf(group, resources).includes(version)
    ? resourceList({ group, version }, resources)
    : undefined;
}

/** The named groups; the core group has a path of its own. */
function groupsOf(resources: readonly Resource[]): string[] {
  return [...new Set(resources.map(({ group }) => group))].filter((group) => group !== '');
}

/** The versions of a group, the preferred one first. */
function versionsOf(group: string, resources: readonly Resource[]): string[] {
  return [...new Set(resources.filter((one) => one.group === group).map(({ version }) => version))];
}

function groupEntry(name: string, resources: readonly Resource[]) {
  const versions = versionsOf(name, resources).map((version) => ({
    groupVersion: apiVersion({ group: name, version }),
    version,
  }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList(
  wanted: { readonly group: string; readonly version: string },
  resources: readonly Resource[],
) {
  const groupVersion = apiVersion(wanted);
  const served = resources.filter((resource) => apiVersion(resource) === groupVersion);
  const own = wanted.group === '' ? {} : { apiVersion: 'v1' };
  return { kind: 'APIResourceList', ...own, groupVersion, resources: served.flatMap(entries) };
}

function entries(resource: Resource) {
  const { plural, singular, namespaced, kind, verbs, shortNames, subresources, categories = [] } = resource;
  const names = {
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
  };
  const storageVersionHash = hashOf(resource);
  return [
    { name: plural, singularName: singular, namespaced, kind, verbs, ...names, storageVersionHash },
    ...subresources.map((subresource) => subresourceEntry(resource, subresource)),
  ];
}

function subresourceEntry({ plural, namespaced, kind }: Resource, { name, verbs, serves }: Subresource) {
  return { name: `${plural}/${name}`, singularName: '', namespaced, kind, verbs, ...serves };
}

/** Tells clients when objects begin to be stored otherwise (apiserver `discovery/storageversionhash.go`). */
function hashOf({ group, version, kind }: Resource): string {
  const digest = createHash('sha256').update(`${group}/${version}/${kind}`).digest();
  return digest.subarray(0, 8).toString('base64');
}
