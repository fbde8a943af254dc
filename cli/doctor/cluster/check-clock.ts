import { DEFAULT_TOLERANCE_SECONDS } from '../../../protocol/signature/webhook-headers.ts';
import { formatDuration } from '../../terminal/format-quantity.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { notOk, ok, warning } from '../examination/finding.ts';
import type { AnsweringServer } from './check-version.ts';
import { API_SERVER_GROUP } from './cluster-group.ts';

/** `Date` counts whole seconds; less than this, and the way of the answer, says nothing. */
const NOTICEABLE_MS = 5_000;
const HINT = 'Synchronise the clock of this machine (NTP): signatures carry its time.';

/** Whether this machine's clock is right, by that of the API server. Receivers refuse what is signed five minutes off. */
export function checkClock({ check }: Examination, server: Examined<AnsweringServer>): void {
  check({
    id: 'cluster.clock',
    group: API_SERVER_GROUP,
    title: 'clock',
    needs: [server],
    run([{ answer }]) {
      const { serverMs, hereMs, tripMs } = answer;
      if (serverMs === null) return warning('the API server does not tell the time');
      // The second that `Date` names lasts a second.
      const skewMs = hereMs - (serverMs + 500);
      const offMs = Math.abs(skewMs);
      if (offMs < NOTICEABLE_MS + tripMs / 2) return ok('agrees with that of the API server');
      const side = skewMs > 0 ? 'ahead of' : 'behind';
      const message = `this machine is ${formatDuration(offMs)} ${side} the API server`;
      return offMs < (DEFAULT_TOLERANCE_SECONDS * 1000) / 2 ? warning(message, HINT) : notOk(message, HINT);
    },
  });
}
