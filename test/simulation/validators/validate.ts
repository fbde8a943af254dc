import type { History } from '../history.ts';
import { causalPerContainer } from './causal-per-container.ts';
import { complete } from './complete.ts';
import { declaredGap } from './declared-gap.ts';
import { harmless } from './harmless.ts';
import { noPhantom } from './no-phantom.ts';
import { stableId } from './stable-id.ts';
import type { Violation } from './violation.ts';

/** All promises, over what happened. */
export function validate(history: History): readonly Violation[] {
  return [complete, stableId, noPhantom, causalPerContainer, declaredGap, harmless].flatMap((check) =>
    check(history),
  );
}
