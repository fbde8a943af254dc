import { type Ambient, platformAmbient } from '../../ambient/ambient.ts';
import { createStrays } from '../../consumer/strays.ts';
import type { RegisterHandlers } from '../../hooks/register-handlers.ts';
import { createCounters } from '../../ingress/counters.ts';
import { createWorkerMaintenance } from './maintain.ts';
import { createWorkerReceiver } from './receive.ts';
import { createWorkerRunner } from './run.ts';
import { catchWorkerStrays } from './worker-strays.ts';

/**
 * The Worker: its `fetch` is the receiver, its `queue` runs the handlers, its `scheduled` takes care of the audit trail.
 */
export function createWorker(registerHandlers: RegisterHandlers, ambient: Ambient = platformAmbient()) {
  const counters = createCounters();
  const strays = createStrays(() => counters.count('strays'));
  catchWorkerStrays(strays);
  return {
    fetch: createWorkerReceiver(registerHandlers, { ...ambient, counters }),
    queue: createWorkerRunner(registerHandlers, { ...ambient, strays }),
    scheduled: createWorkerMaintenance(ambient),
  };
}
