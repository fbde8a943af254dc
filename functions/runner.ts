import type { Ambient } from './ambient/ambient.ts';
import type { ClaimStore } from './consumer/claim-store.ts';
import { type Consumer, createConsumer, type Wants } from './consumer/consumer.ts';
import type { Strays } from './consumer/strays.ts';
import { registerAll } from './handlers/register-all.ts';
import type { HandlerEnvironment, RegisterHandlers } from './hooks/register-handlers.ts';
import type { TargetGuard } from './hooks/target-guard.ts';
import { type ContainerStateStore, createContainerStates } from './ordering/container-states.ts';
import type { AuditTrail } from './timeline/audit-entry.ts';
import type { OnRun, RunLog } from './timeline/run-log.ts';

/**
 * Where the runner keeps things.
 *
 * @property audit where events and runs are recorded.
 * @property claims who handles an event, and the states of containers.
 */
type RunnerStores = {
  readonly audit: AuditTrail & RunLog;
  readonly claims: ClaimStore & ContainerStateStore;
};

/** @property vars what handlers read: texts by name. */
export type RunnerSettings = Pick<HandlerEnvironment, 'vars'> & {
  readonly registerHandlers: RegisterHandlers;
};

/**
 * @property strays what handlers leave behind.
 * @property onRun who counts runs.
 * @property targets over the URLs that targets of handlers name; without it, they are called wherever they are.
 */
export type RunnerAmbient = Omit<Ambient, 'random'> & {
  readonly strays: Strays;
  readonly onRun?: OnRun | undefined;
  readonly targets?: TargetGuard | undefined;
};

/**
 * @property handlers their names.
 * @property warnings what their owner should be told of them.
 */
type Runner = Consumer & {
  readonly wants: Wants;
  readonly handlers: readonly string[];
  readonly warnings: readonly string[];
};

/**
 * What runs the handlers of an event, the same on every platform: registers them, and claims, runs and records them for
 * each message that it is given.
 *
 * @throws whatever `registerHandlers` throws or rejects with; Error when it has not ended within 30 s.
 */
export async function createRunner(
  { audit, claims }: RunnerStores,
  { registerHandlers, vars }: RunnerSettings,
  ambient: RunnerAmbient,
): Promise<Runner> {
  const { clock, targets, ...rest } = ambient;
  const env = { vars, audit, now: clock.nowMs };
  const { hooks, warnings } = await registerAll(registerHandlers, env, { clock, targets });
  const states = createContainerStates(claims, clock);
  const consumer = createConsumer({ handlers: hooks, claims, states, runs: audit, clock, ...rest });
  return { ...consumer, handlers: hooks.names(), warnings };
}
