import type { EventAnswer } from '../../model/page-api.ts';
import { visibleText } from '../../model/text/visible-text.ts';
import type { MomentFormat } from '../../model/time/moment-format.ts';
import { changeWords, signatureWords } from '../../model/words/signature-words.ts';
import { element } from '../dom/element.ts';

/** Whether the event was signed, whether anyone has verified that, and how often it was delivered. */
export function deliveryLines(
  { signed, deliveries, entry }: EventAnswer,
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
  return [list];
}

function deliveryWords(
  { count, firstAtMs, lastAtMs }: NonNullable<EventAnswer['deliveries']>,
  format: MomentFormat,
): string {
  if (count === 1) return `once, ${format.time(firstAtMs)}`;
  return `${count} times, ${format.time(firstAtMs)} to ${format.time(lastAtMs)}`;
}
