import { withLargerHandlers } from '../../handlers/larger-handlers.ts';
import { createRunner, type RunnerAmbient, type RunnerSettings } from '../../runner.ts';
import { createQueuePump, type QueuePump } from './queue/queue-pump.ts';
import type { NodeStores } from './stores.ts';

/** @property concurrency messages worked on at the same time. */
export type NodeRunSettings = RunnerSettings & { readonly concurrency: number };

/** @property handlers names of the registered ones. */
type NodeRunner = QueuePump & { readonly handlers: readonly string[] };

/**
 * Runs the handlers of what is in the queue.
 *
 * @throws when they cannot be registered.
 */
export async function createNodeRunner(
  { queue, passing, pace, claims, audit }: NodeStores,
  settings: NodeRunSettings,
  ambient: RunnerAmbient,
): Promise<NodeRunner> {
  const { log, clock } = ambient;
  const { vars, concurrency } = settings;
  const registerHandlers = withLargerHandlers(settings.registerHandlers);
  const consumer = await createRunner({ audit, claims }, { registerHandlers, vars }, ambient);
  for (const warning of consumer.warnings) log.warn(warning);
  const pump = createQueuePump({
    queue,
    passing,
    consumer,
    wants: consumer.wants,
    log,
    clock,
    concurrency,
    onSettled: pace.settled,
  });
  return { ...pump, handlers: consumer.handlers };
}
