import { Counter, type Registry } from 'prom-client';
import { HOOKS } from '../../../../protocol/event/event-type.ts';
import { createBoundedLabel } from '../../../../settings/metrics/bounded-label.ts';
import { COUNTERS, type CounterName } from '../../../ingress/counters.ts';

/** Codes of refusals are words of the product (docs/wire.md); more than that there are not. */
const MOST_CODES = 60;

/** All counters of `GET /healthz` but this one say what became of a delivery. */
const OUTCOMES = COUNTERS.filter((name) => name !== 'strays');

/** What became of deliveries. All series but those of codes are there from the start, so that a first increase is one. */
export function createIntakeMetrics(registry: Registry): (name: CounterName, about?: string) => void {
  const registers = [registry];
  const deliveries = new Counter({
    name: 'offhook_receiver_deliveries_total',
    help: 'Deliveries, by what became of them',
    labelNames: ['outcome'] as const,
    registers,
  });
  const events = new Counter({
    name: 'offhook_receiver_events_total',
    help: 'Events taken: stored for the first time, by hook',
    labelNames: ['hook'] as const,
    registers,
  });
  const refused = new Counter({
    name: 'offhook_receiver_refused_total',
    help: 'Deliveries refused with 4xx, by the code of the answer',
    labelNames: ['code'] as const,
    registers,
  });
  const strays = new Counter({
    name: 'offhook_receiver_strays_total',
    help: 'Rejections and exceptions that handlers left behind',
    registers,
  });
  const code = createBoundedLabel(MOST_CODES);
  for (const outcome of OUTCOMES) deliveries.inc({ outcome }, 0);
  for (const hook of HOOKS) events.inc({ hook }, 0);

  return (name, about) => {
    if (name === 'strays') return strays.inc();
    deliveries.inc({ outcome: name });
    if (name === 'stored' && about !== undefined) events.inc({ hook: about });
    if (name === 'refused' && about !== undefined) refused.inc({ code: code(about) });
  };
}
