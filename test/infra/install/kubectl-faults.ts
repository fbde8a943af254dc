import { type Manifest, titleOf } from '../manifests/manifest.ts';
import { commandWords } from './command-words.ts';

const KINDS: Readonly<Record<string, string>> = {
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
  service: 'Service',
  pvc: 'PersistentVolumeClaim',
  secret: 'Secret',
  crd: 'CustomResourceDefinition',
};
/** What the page itself makes outside of Offhook, or every cluster has. */
const OTHERS = new Set([
  'pod/first-event',
  'namespace/offhook',
  'namespace/kube-system',
  'namespace/default',
  // The leader makes it.
  'lease/offhook',
]);
const FORMS =
  /^(?:create (?:namespace|secret)|label namespace|run|apply|wait|get|describe|delete|exec|logs|port-forward|scale|rollout (?:status|restart))\b/;

/** What a kubectl line names that nothing of ours has, in the cluster that `rendered` was applied to. */
export function kubectlFaults(args: readonly string[], rendered: readonly Manifest[]): readonly string[] {
  const { words, options, behind } = commandWords(args);
  const line = words.join(' ');
  if (!FORMS.test(line)) return [`a form that this test does not know: ${line}`];
  return [
    ...objectsOf(words)
      .filter((object) => !exists(object, rendered))
      .map((object) => `no ${object}`),
    ...selectorFaults(options.get('-l'), rendered),
    ...portFaults(words, rendered),
    ...configFaults(behind, rendered),
  ];
}

/** `kind/name` of what a line is about. */
function objectsOf([verb, first = '', ...rest]: readonly string[]): readonly string[] {
  if (verb === 'exec' || verb === 'logs') return [first.includes('/') ? first : `pod/${first}`];
  if (verb === 'rollout') return rest;
  if (verb === 'port-forward' || verb === 'wait' || verb === 'scale') return [first];
  if (verb === 'get' || verb === 'describe' || verb === 'delete')
    return rest.map((name) => `${first}/${name}`);
  if (verb === 'label') return [`${first}/${rest[0]}`];
  return [];
}

function exists(object: string, rendered: readonly Manifest[]): boolean {
  if (OTHERS.has(object)) return true;
  const [kind = '', name = ''] = object.split('/');
  const [, owner, ordinal] = /^(.*)-(\d)$/.exec(name) ?? [];
  const titles = rendered.map(titleOf);
  if (kind !== 'pod') return titles.includes(`${KINDS[kind]}/${name}`);
  return ordinal === '0' && titles.includes(`StatefulSet/${owner}`);
}

function selectorFaults(selector: string | undefined, rendered: readonly Manifest[]): readonly string[] {
  if (selector === undefined) return [];
  const [label = '', value] = selector.split('=');
  const claims = rendered.flatMap(({ spec }) => (spec?.volumeClaimTemplates ?? []) as Manifest[]);
  return claims.length > 0 && claims.every(({ metadata }) => metadata.labels?.[label] === value)
    ? []
    : [`no claim with ${selector}`];
}

function portFaults(
  [verb, object = '', ports = '']: readonly string[],
  rendered: readonly Manifest[],
): readonly string[] {
  if (verb !== 'port-forward') return [];
  const service = rendered.find(
    (each) => each.kind === 'Service' && object === `service/${each.metadata.name}`,
  );
  const known = ((service?.spec?.ports ?? []) as { port: number }[]).map(({ port }) => String(port));
  return known.includes(ports.split(':')[1] ?? '') ? [] : [`${object} has no port ${ports}`];
}

/** The file of `--config` is the one that the container reads itself. */
function configFaults(behind: readonly string[], rendered: readonly Manifest[]): readonly string[] {
  const file = commandWords(behind).options.get('--config');
  if (file === undefined) return behind.length === 0 ? [] : ['no --config'];
  return JSON.stringify(rendered).includes(`"${file}"`) ? [] : [`no container reads ${file}`];
}
