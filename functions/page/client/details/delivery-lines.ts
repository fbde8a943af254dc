import type { MomentFormat } from '../../model/format.ts';
import { visibleText } from '../../model/visible-text.ts';
import type { EventAnswer } from '../../page-api.ts';
import { element } from '../element.ts';

/** Whether the event was signed, and how often it was delivered. */
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
  if (signed === null) line('Signature', 'none: it came over a trusted bus', 'quiet');
  else {
    line('Signature', `✓ verified (${algorithms(signed.signature)})`, 'good');
    const seconds = Number(signed.timestamp);
    if (Number.isFinite(seconds)) line('Signed', format.full(seconds * 1_000));
  }
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

function algorithms(signature: string): string {
  const versions = new Set(signature.split(' ').map((part) => part.split(',')[0]));
  return [...versions].map((version) => (version === 'v1a' ? 'v1a, Ed25519' : 'v1, HMAC-SHA256')).join('; ');
}
