import { formatDuration } from '../../terminal/format-quantity.ts';
import { type Finding, notOk, ok, warning } from '../examination/finding.ts';

/** What came back; `clockSkewMs`: how far this machine is ahead of the receiver, where that is worth a word. */
export type ProbeAnswer = { readonly status: number; readonly clockSkewMs?: number | undefined };

/**
 * What the answer to an event with a wrong signature says of a receiver.
 *
 * | answer | means |
 * |---|---|
 * | 401 | as the contract says (docs/wire.md) |
 * | 2xx | it verifies nothing: anybody could send it events |
 * | 400 with a clock that differs | it refused the timestamp, and would refuse every event |
 * | 3xx, 404, 405, 410, 415, 5xx | events would not get there either |
 * | any other 4xx | it refuses in words of its own: perhaps no receiver of Offhook |
 */
export function judgeAnswer({ status, clockSkewMs }: ProbeAnswer, hasBearerToken: boolean): Finding {
  const clock = clockSkewMs === undefined ? null : clockText(clockSkewMs);
  if (status === 401) {
    const message = `refuses a wrong signature${hasBearerToken ? ' (or the bearer token)' : ''} with 401`;
    return clock === null ? ok(message) : warning(`${message}, but ${clock}`, SYNCHRONISE);
  }
  if (status >= 200 && status < 300)
    return notOk(
      `takes an event with a wrong signature (${status}): it verifies nothing`,
      'Whoever knows the URL can send it events. Verify webhook-signature with the key of the subscription.',
    );
  if (status === 400 && clock !== null) return notOk(`refuses the timestamp (400): ${clock}`, SYNCHRONISE);
  const hint = REFUSALS.get(status) ?? (status >= 500 ? 'See the log of the receiver.' : undefined);
  if (hint !== undefined) return notOk(`answers ${status}, and would to every event`, hint);
  if (status >= 300 && status < 400)
    return notOk(`answers ${status}: redirects are not followed`, 'Name the URL that it leads to.');
  return warning(
    `refuses with ${status}, where a receiver of Offhook answers 401`,
    'Is it the receiver that refuses, or a gateway before it? A true event is the proof.',
  );
}

const SYNCHRONISE = 'Synchronise both clocks (NTP): receivers refuse what is signed five minutes off.';

const REFUSALS: ReadonlyMap<number, string> = new Map([
  [404, 'Is the path of the URL right? That of a receiver of Offhook is /events.'],
  [405, 'Is the path of the URL right? That of a receiver of Offhook is /events.'],
  [410, 'Gone: the watcher would end the subscription. Remove it, or mend the receiver.'],
  [415, 'It does not take application/cloudevents+json: every event would become a dead letter.'],
]);

function clockText(skewMs: number): string {
  return `this machine is ${formatDuration(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead of' : 'behind'} it`;
}
