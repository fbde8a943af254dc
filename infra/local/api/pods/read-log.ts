import type { ApiAnswer } from '../http/api-answer.ts';
import type { ApiRequest, RequestTarget } from '../http/request.ts';
import { badRequest } from '../http/status-error.ts';
import type { PodHandlerDeps } from './write-pod.ts';

/**
 * The `log` subresource: what the container printed so far, as plain text. `follow` ends at once.
 *
 * @throws ApiStatusError 400 when the container is not named or has not run, 404 when it does not exist.
 */
export function readLog(
  { pods, logs }: PodHandlerDeps,
  target: RequestTarget,
  { query }: ApiRequest,
): ApiAnswer {
  const name = target.name ?? '';
  const pod = pods.get(target.namespace ?? '', name);
  const { containers, initContainers, ephemeralContainers } = pod.spec;
  const names = [...containers, ...(initContainers ?? []), ...(ephemeralContainers ?? [])].map(
    (one) => one.name,
  );
  const asked = query.get('container') || (containers.length === 1 ? containers[0]?.name : undefined);
  if (asked === undefined) {
    throw badRequest(
      `a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`,
    );
  }
  if (!names.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${name}`);
  const body = logs.read(pod, asked, query.get('previous') === 'true');
  if (body === undefined) {
    throw badRequest(`container "${asked}" in pod "${name}" is waiting to start: ContainerCreating`);
  }
  return { kind: 'text', body };
}
