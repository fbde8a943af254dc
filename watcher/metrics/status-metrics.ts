import { Counter, type Registry } from 'prom-client';
import { TURN_EVENT_RESULTS, type TurnEventResult } from '../status/turn-events.ts';
import { WRITE_RESULTS, type WriteResult } from '../status/write-result.ts';

export interface StatusMetrics {
  onStatusWrite(result: WriteResult): void;
  onTurnEvent(result: TurnEventResult): void;
}

/** What is written back to subscription objects. All series are there from the start, so that a first increase is one. */
export function createStatusMetrics(registry: Registry): StatusMetrics {
  const registers = [registry];
  const writes = new Counter({
    name: 'offhook_status_writes_total',
    help: 'Writes of the status of a subscription object, by what came of them; none is tried again',
    labelNames: ['result'] as const,
    registers,
  });
  const events = new Counter({
    name: 'offhook_kubernetes_events_total',
    help: 'Kubernetes Events about subscription objects, by what came of them',
    labelNames: ['result'] as const,
    registers,
  });
  for (const result of WRITE_RESULTS) writes.inc({ result }, 0);
  for (const result of TURN_EVENT_RESULTS) events.inc({ result }, 0);
  return {
    onStatusWrite: (result) => writes.inc({ result }),
    onTurnEvent: (result) => events.inc({ result }),
  };
}
