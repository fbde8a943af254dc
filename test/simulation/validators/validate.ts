import type { History } from '../history.ts';
import { causalPerContainer } from './causal-per-container.ts';
import { complete } from './complete.ts';
import { declaredGap } from './declared-gap.ts';
import { harmless } from './harmless.ts';
import { historyOfNamespace, strayGaps } from './history-of-namespace.ts';
import { noPhantom } from './no-phantom.ts';
import { stableId } from './stable-id.ts';
import type { Violation } from './violation.ts';

/** All promises, over what happened; where namespaces were followed one by one, those of a cluster hold in each. */
export function validate(history: History): readonly Violation[] {
  const { namespaces } = history;
  const views =
    namespaces === null ? [history] : namespaces.map((namespace) => historyOfNamespace(history, namespace));
  return [
    ...views.flatMap((view) =>
      [complete, noPhantom, causalPerContainer, declaredGap].flatMap((check) => check(view)),
    ),
    ...stableId(history),
    ...harmless(history),
    ...(namespaces === null ? [] : strayGaps(history)).map(
      (body): Violation => ({ validator: 'DeclaredGap', what: `a gap of no followed namespace: ${body}` }),
    ),
  ];
}
