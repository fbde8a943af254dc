const NODE_KEY = '"nodeName":"';
/** Its end, which begins with a letter that is rare in a spec: searched for in a quarter of the time. */
const NAME = 'Name":"';
/** A node's name in a spec. In a map of strings, where somebody may have chosen this key, nothing like it follows. */
const NODE = /[^"\\]+","(?:securityContext":\{|host(?:Network|PID|IPC)":true|shareProcessNamespace":[tf])/y;
/** Of init containers, and of ephemeral ones. */
const OTHER_CONTAINERS = 'Containers":[';
const LIFECYCLE = '"lifecycle":';
const METADATA = '"metadata":';
const STATUS = '},"status":{';
const CONDITIONS = /(?:"observedGeneration":\d+,)?(?:"phase":"[A-Za-z]+",)?"conditions":\[(?=\{)/y;
const ADDRESSES = /(?:,"(?:host|pod)IPs?":(?:"[^"\\]*"|\[[^\]\\]*\]))*/y;
const DISRUPTION = 'DisruptionTarget';
/** What follows the statuses of the containers, and its end, which is searched for sooner. */
const AFTER_CONTAINERS = '}],"qosClass":"';
const CLASS = 'Class":"';
/** Nothing after it is read of a container's status. */
const STARTED = ',"started":';
const STATE = '"state":{';

type ShortBody = { readonly text: string; readonly end: number };

/**
 * What is read of a Pod's spec and of its status, from its JSON text, as Go writes it (the order of PodSpec, PodStatus and
 * ContainerStatus in k8s.io/api): of a spec its node, and whether a container has a lifecycle; of conditions those that tell
 * of a disruption; no addresses; of the last container's status what comes before its resources. A few searches for what is
 * rare in it, where parsing it would cost ten times as much.
 *
 * No field below a Pod's spec is called `status`, and `metadata` is one of volumes alone.
 *
 * @param json of one Pod.
 * @param start where the spec begins, behind its bracket.
 * @returns what stands for the text up to `end`; null where it has to be read as it is: with other containers than those of the
 * application, before the Pod has a node, or in another form.
 */
export function shortPodBody(json: string, start: number): ShortBody | null {
  const node = nodeIn(json, start);
  if (node === -1) return null;
  const before = json.slice(start, node);
  const hasHooks = before.includes(OTHER_CONTAINERS) ? null : lifecycleIn(before);
  const nodeEnd = json.indexOf('"', node + NODE_KEY.length);
  const status = json.indexOf(STATUS, nodeEnd);
  if (hasHooks === null || status === -1) return null;
  const lifecycle = hasHooks ? ',"containers":[{"lifecycle":{}}]' : '';
  return withStatus(json, status, `${json.slice(node, nodeEnd)}"${lifecycle}`);
}

/** Where the spec names its node; -1: nowhere, or in another form. */
function nodeIn(json: string, start: number): number {
  for (let name = json.indexOf(NAME, start); name !== -1; name = json.indexOf(NAME, name + 1)) {
    const key = name + NAME.length - NODE_KEY.length;
    if (!json.startsWith(NODE_KEY, key)) continue;
    NODE.lastIndex = name + NAME.length;
    return NODE.test(json) ? key : -1;
  }
  return -1;
}

/** Whether a container has a lifecycle; null where there is metadata. None is a key of a map: the values of those are strings. */
function lifecycleIn(spec: string): boolean | null {
  let found = false;
  for (let at = spec.indexOf('{'); at !== -1; at = spec.indexOf('{', at + 1)) {
    if (spec.startsWith(METADATA, at - METADATA.length)) return null;
    found ||= spec.startsWith(LIFECYCLE, at - LIFECYCLE.length);
  }
  return found;
}

/** @param spec what stands for it. */
function withStatus(json: string, status: number, spec: string): ShortBody {
  const start = status + STATUS.length;
  const headEnd = endOfHead(json, start);
  const from = headEnd ?? start;
  const rest = restOfContainers(json, from);
  const head = headEnd === null ? '' : '"conditions":[]';
  const kept = rest === null ? '' : json.slice(from, rest.start);
  return { text: `${spec}${STATUS}${head}${kept}`, end: rest?.end ?? from };
}

/** Where conditions and addresses end; null when one of the conditions tells of a disruption. */
function endOfHead(json: string, status: number): number | null {
  CONDITIONS.lastIndex = status;
  if (!CONDITIONS.test(json)) return null;
  const start = CONDITIONS.lastIndex;
  const end = json.indexOf('}]', start) + 2;
  if (end === 1 || json.slice(start, end).includes(DISRUPTION)) return null;
  ADDRESSES.lastIndex = end;
  return ADDRESSES.test(json) ? ADDRESSES.lastIndex : end;
}

/** What the last container's status ends with, resources and mounts: read by nobody. */
function restOfContainers(
  json: string,
  from: number,
): { readonly start: number; readonly end: number } | null {
  const end = json.indexOf(CLASS, from) + CLASS.length - AFTER_CONTAINERS.length;
  if (!json.startsWith(AFTER_CONTAINERS, end)) return null;
  const start = json.lastIndexOf(STARTED, end);
  return start < from || json.slice(start, end).includes(STATE) ? null : { start, end };
}
