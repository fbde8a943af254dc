import { isVariableError, type VariableError } from '../../functions/handlers/shipped/variable-error.ts';
import type { ConfigOrigin } from '../../functions/platforms/node/config/load-receiver-config.ts';
import { StartError } from '../../functions/platforms/node/faults/start-error.ts';
import { errorCodeOf, messageOf } from '../../settings/ambient/describe-error.ts';
import { type ConfigFault, formatFaults, inReadingOrder } from '../../settings/fault.ts';
import { ListenError } from '../../settings/serving/listen.ts';
import { EXIT } from '../command/exit-code.ts';

/**
 * What keeps a receiver from starting, for its operator.
 *
 * @property exitCode 2 where only a person can mend it, so that systemd does not start it for ever; 1 where it may pass.
 */
type StartFailure = { readonly text: string; readonly exitCode: number };

export function startFailure(error: unknown, origin: ConfigOrigin): StartFailure {
  const variables = causesOf(error).find(isVariableError);
  if (variables !== undefined) {
    return { text: formatFaults(inReadingOrder(variableFaults(variables, origin))), exitCode: EXIT.usage };
  }
  const exitCode = needsPerson(error) ? EXIT.usage : EXIT.failed;
  return { text: `offhook receive: cannot start: ${messageOf(error)}`, exitCode };
}

/** Each at the key that it came from; one that is missing where it would belong. */
function variableFaults({ faults }: VariableError, { file, locate }: ConfigOrigin): ConfigFault[] {
  return faults.map(({ variable, text }) => ({
    file,
    ...locate(['vars', variable], 'value'),
    path: `vars.${variable}`,
    message: text.slice(variable.length).replace(/^:? /, ''),
  }));
}

function needsPerson(error: unknown): boolean {
  if (error instanceof StartError) return error.mends === 'person';
  // A port that is taken, and an address that is not there yet, may pass.
  return error instanceof ListenError && errorCodeOf(error.cause) === 'EACCES';
}

/** An error and what it came from. */
function causesOf(error: unknown): readonly unknown[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}
