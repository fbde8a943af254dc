/**
 * The keys of a spec that decide, and the one that ends it. None can be one of a map that people fill (labels, nodeSelector,
 * limits), whose values are strings, but for `nodeName`.
 */
const KEYS = /"(status":\{|metadata":\{|initContainers":\[|lifecycle":\{|nodeName":"|hostNetwork":true)/g;
/** A node's name in a spec. In a map of strings, where somebody may have chosen this key, nothing like it follows. */
const NODE = /[^"\\]+","(?:securityContext":\{|host(?:Network|PID|IPC)":true|shareProcessNamespace":[tf])/y;
const CONDITIONS = /(?:"observedGeneration":\d+,)?(?:"phase":"[A-Za-z]+",)?"conditions":\[(?=\{)/y;
const STATUS = '},"status":{';
const DISRUPTION = 'DisruptionTarget';

/**
 * What is read of a Pod's spec and of its conditions, from its JSON text, as Go writes it (the order of PodSpec and
 * PodStatus in k8s.io/api): of a spec its node, its network, and whether a container has a lifecycle; of conditions those
 * that tell of a disruption. One search, where parsing it would cost ten times as much.
 *
 * No field below a Pod's spec is called `status`, and `metadata` is one of volumes alone.
 *
 * @param start where the spec begins, behind its bracket.
 * @returns what stands for the text up to `end`; null where it has to be read as it is: with init containers, before the Pod
 * has a node, or in another form.
 */
export function shortPodBody(
  json: string,
  start: number,
): { readonly text: string; readonly end: number } | null {
  let node: string | null = null;
  let network = '';
  let lifecycle = '';
  KEYS.lastIndex = start;
  for (let key = KEYS.exec(json)?.[1]; key !== undefined; key = KEYS.exec(json)?.[1]) {
    const end = KEYS.lastIndex;
    switch (key) {
      case 'lifecycle":{':
        lifecycle = ',"containers":[{"lifecycle":{}}]';
        break;
      case 'hostNetwork":true':
        network = ',"hostNetwork":true';
        break;
      case 'nodeName":"':
        NODE.lastIndex = end;
        if (node !== null || !NODE.test(json)) return null;
        node = json.slice(end, json.indexOf('"', end));
        break;
      case 'status":{': {
        const status = end - STATUS.length;
        if (node === null || !json.startsWith(STATUS, status)) return null;
        const spec = `"nodeName":"${node}"${network}${lifecycle}`;
        const conditions = conditionsOf(json, end);
        if (conditions === null) return { text: spec, end: status };
        return { text: spec + json.slice(status, conditions.start), end: conditions.end };
      }
      default:
        return null;
    }
  }
  return null;
}

/** Where the conditions begin and end, unless one of them tells of a disruption. */
function conditionsOf(json: string, status: number): { readonly start: number; readonly end: number } | null {
  CONDITIONS.lastIndex = status;
  if (!CONDITIONS.test(json)) return null;
  const start = CONDITIONS.lastIndex;
  const end = json.indexOf('}]', start) + 1;
  return end === 0 || json.slice(start, end).includes(DISRUPTION) ? null : { start, end };
}
