import type { SenderAttempt } from '../../../timeline/sender-attempts.ts';
import type { EventAnswer } from '../../model/page-api.ts';
import { durationWords } from '../../model/text/number-words.ts';
import { visibleText } from '../../model/text/visible-text.ts';
import type { MomentFormat } from '../../model/time/moment-format.ts';
import { changeWords, signatureWords } from '../../model/words/signature-words.ts';
import { decoration, element } from '../dom/element.ts';

/** Whether the event was signed, whether anyone has verified that, and how often it was delivered. */
export function deliveryLines(
  { signed, deliveries, attempts, entry }: EventAnswer,
  format: MomentFormat,
): readonly Node[] {
  const list = element('dl', { class: 'facts small' });
  const line = (name: string, value: string, kind = '') => {
    list.append(
      element('dt', {}, name),
      element('dd', { class: kind }, element('bdi', {}, visibleText(value))),
    );
  };
  const changed = changeWords(entry.misfiled);
  if (changed !== null) line('Record', changed, 'bad');
  const { words, tone } = signatureWords(signed);
  line('Signature', words, tone);
  const seconds = Number(signed?.timestamp);
  if (signed?.verified === true && Number.isFinite(seconds)) line('Signed', format.full(seconds * 1_000));
  if (deliveries === null) line('Deliveries', 'forgotten by now', 'quiet');
  else line('Deliveries', deliveryWords(deliveries, format));
  line('Event', entry.eventId);
  line('Sequence', entry.sequence.replace(/^0+(?=\d)/, ''));
  line('SHA-256', entry.bodySha256);
  return attempts === null ? [list] : [list, attemptList(attempts, format)];
}

/** What the watcher did to bring it here. */
function attemptList(attempts: readonly SenderAttempt[], format: MomentFormat): HTMLElement {
  const lines = attempts.map((each) => {
    const delivered = each.outcome === 'delivered';
    const why = delivered ? `${each.status ?? ''}` : visibleText(each.reason ?? each.outcome, 80);
    const next = each.retryInMs === null ? '' : `, again in ${durationWords(each.retryInMs)}`;
    return element(
      'li',
      { class: delivered ? 'completed' : each.retryInMs === null ? 'givenUp' : 'failed' },
      decoration(delivered ? '✓' : each.retryInMs === null ? '×' : '↻'),
      element(
        'span',
        {},
        `attempt ${each.attempt}, ${format.time(each.endedAtMs)}: `,
        element('bdi', {}, `${delivered ? 'delivered' : 'not delivered'} ${why}`.trim()),
        next,
      ),
      element('span', { class: 'took' }, durationWords(each.durationMs)),
    );
  });
  const title = element('p', {}, element('b', {}, 'The watcher’s attempts'));
  return element('div', { class: 'handlers sent' }, title, element('ol', {}, ...lines));
}

function deliveryWords(
  { count, firstAtMs, lastAtMs }: NonNullable<EventAnswer['deliveries']>,
  format: MomentFormat,
): string {
  if (count === 1) return `once, ${format.time(firstAtMs)}`;
  return `${count} times, ${format.time(firstAtMs)} to ${format.time(lastAtMs)}`;
}
