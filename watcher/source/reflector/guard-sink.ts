import { messageOf } from '../../../settings/ambient/describe-error.ts';
import type { Ending } from '../api/ending.ts';

/** Runs a step that hands something to the sink; what the sink throws becomes an ending. */
export function guardSink(step: () => Ending | null | undefined): Ending | null {
  try {
    return step() ?? null;
  } catch (error) {
    const detail = messageOf(error);
    return { kind: 'sink', message: `what was read could not be stored: ${detail}` };
  }
}
