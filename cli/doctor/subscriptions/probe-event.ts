import type { DeliveryEvent } from '../../../watcher/delivery/delivery-store.ts';

/** No hook is called so: whoever takes it all the same runs nothing for it. */
const PROBE_TYPE = 'dev.offhook.doctor.probe';

/**
 * Something in the shape of an event. It is signed with a key that nobody has, so a receiver that verifies refuses it.
 *
 * @param unique 32 hexadecimal digits.
 */
export function probeEvent(nowMs: number, unique: string): DeliveryEvent {
  const eventId = `evt_doctor_${unique}`;
  const event = {
    specversion: '1.0',
    id: eventId,
    source: 'urn:offhook:doctor',
    type: PROBE_TYPE,
    time: new Date(nowMs).toISOString(),
    datacontenttype: 'application/json',
    data: { about: 'A probe of "offhook doctor" with a wrong signature: answer 401.' },
  };
  return {
    sequence: 0,
    eventId,
    type: PROBE_TYPE,
    partitionKey: 'doctor',
    timeMs: nowMs,
    expiresAtMs: null,
    ageMs: 0,
    body: new TextEncoder().encode(JSON.stringify(event)),
  };
}
