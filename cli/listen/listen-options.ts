import type { ScenarioName } from '../../infra/local/scenes/scenarios.ts';
import type { Hook } from '../../protocol/event/event-type.ts';
import type { ExitCodes } from '../../protocol/event/exit-filter.ts';
import type { LabelExpression } from '../../protocol/event/label-expression.ts';
import type { SecretPlace } from '../send/read-secrets.ts';

/** What the command line says of listening; empty lists are no filter. */
export type ListenOptions = SecretPlace & {
  readonly to: URL;
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly server: string | undefined;
  readonly embedded: boolean;
  readonly scenario: readonly ScenarioName[];
  readonly hook: readonly Hook[];
  readonly namespace: readonly string[];
  readonly selector: readonly LabelExpression[];
  readonly container: readonly string[];
  readonly exitCodes: ExitCodes | undefined;
  readonly reason: readonly string[];
  readonly replayExisting: boolean;
  readonly verbose: boolean;
  readonly json: boolean;
};
