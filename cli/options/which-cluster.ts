import type { ValueOption } from '../command/option.ts';
import { textValue } from '../command/value-kinds.ts';

/** Options that say which cluster. */

export const KUBECONFIG = {
  placeholder: 'FILE',
  kind: textValue,
  help: 'kubeconfig to use instead of $KUBECONFIG or ~/.kube/config',
} as const satisfies ValueOption<string>;

export const CONTEXT = {
  placeholder: 'NAME',
  kind: textValue,
  help: 'context of the kubeconfig',
} as const satisfies ValueOption<string>;

export const SERVER = {
  placeholder: 'URL',
  kind: textValue,
  help: 'address of the API server, for example http://127.0.0.1:8001 of "kubectl proxy"',
} as const satisfies ValueOption<string>;
