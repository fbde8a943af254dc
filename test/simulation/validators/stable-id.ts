import type { LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { type History, idOf } from '../history.ts';
import { failureId } from './expected-hooks.ts';
import type { Violation } from './violation.ts';

/**
 * StableId: one transition has one id, and one id is one event.
 *
 * Demands of every request that arrived anywhere, over all restarts:
 * - the id is the hash of the Kubernetes identities in the event itself, worked out by the validator;
 * - `webhook-id` and the body's `id` are the same;
 * - the bytes are the same on every attempt, to every subscription;
 * - no two ids share a sequence number.
 *
 * Tolerates: `disabled`, which carries its moment in its id, so that only the last two points hold for it.
 */
export function stableId(history: History): readonly Violation[] {
  const violations: Violation[] = [];
  const bodies = new Map<string, string>();
  const sequences = new Map<string, string>();
  const failures = new Set(history.log.filter(({ resource }) => resource === 'events').map(failureId));
  const violation = (what: string) => void violations.push({ validator: 'StableId', what });

  for (const { id, body } of history.arrivals) {
    const before = bodies.get(id);
    if (before === body) continue;
    const event = JSON.parse(body) as LifecycleEvent;
    const { hook } = event.data;
    if (before !== undefined) violation(`${id} (${hook}) was sent with different bytes`);
    bodies.set(id, body);
    if (event.id !== id) violation(`${id} was sent as ${event.id}`);
    const other = sequences.get(event.sequence);
    if (other !== undefined && other !== id) violation(`${id} and ${other} share sequence ${event.sequence}`);
    sequences.set(event.sequence, id);
    const right = hook === 'hookFailed' ? failures.has(id) : hook === 'disabled' || expectedId(event) === id;
    if (!right) violation(`${id} is not the id of ${hook} ${event.subject}`);
  }
  return violations;
}

function expectedId({ type, data }: LifecycleEvent): string | null {
  switch (data.hook) {
    case 'gap':
      return idOf('', '', 'gap', `${data.from.resourceVersion ?? ''}/${data.to.resourceVersion ?? ''}`);
    case 'preStart':
    case 'postStart':
    case 'preStop':
    case 'postStop': {
      const { id, restartCount, startedAt } = data.container;
      const run = id ?? `restart/${restartCount}/${startedAt ?? ''}`;
      const instance = data.hook === 'preStart' ? '' : run;
      const hook = type.endsWith('.amended') ? `${data.hook}.amended` : data.hook;
      return idOf(data.pod.uid, data.container.name, hook, instance);
    }
    default:
      return null;
  }
}
