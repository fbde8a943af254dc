import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BAD_INPUTS, CANARY, goodInput } from '../support/bad-inputs.ts';
import { DOORS, type OpenDoor } from '../support/doors.ts';
import { eventually } from '../support/eventually.ts';
import { preStop, sampleId } from '../support/sample-events.ts';

const encode = (text: string) => new TextEncoder().encode(text);
/** What stands in the bodies and signatures, and of the secret. */
const SECRETS = new RegExp(`${CANARY}|v1,[\\w+/]|AAAAAAAA|MfKQ9r8G`);

/** The numbers are those of the list of bad input, from 1 to 24; 22 and 24 have files of their own. */
describe.each(DOORS)('bad input by $door', ({ open, limitBytes, bytes }) => {
  let door: OpenDoor;
  /** Keys of the events that were accepted. */
  const accepted: string[] = [];
  beforeAll(async () => {
    door = await open({});
  });
  afterAll(() => door.close());

  const send = async (key: string, ...more: [Record<string, string>?, Uint8Array<ArrayBuffer>?]) => {
    const response = await door.send(await goodInput(key, ...more));
    if (response.status === 202) accepted.push(key);
    return { status: response.status, ...((await response.json()) as object) };
  };

  it.each(BAD_INPUTS.filter((one) => bytes || one.bytes !== true))(
    '$number: answers $status $error to $name',
    async ({ request, status, error, message = /./, path }) => {
      const response = await door.send(await request(limitBytes));
      const text = await response.text();
      expect({ status: response.status, ...JSON.parse(text) }).toEqual({
        status,
        error,
        message: expect.stringMatching(message),
        ...(path === undefined ? {} : { path }),
        ...(status === 422 && path === undefined && { path: expect.any(String) }),
      });
      expect(text).not.toMatch(SECRETS);
      expect(response.headers.get('allow')).toBe(status === 405 ? 'POST' : null);
    },
  );

  it('8: accepts ten signatures of which the last is the right one', async () => {
    const request = await goodInput('ten signatures');
    const others = Array(9)
      .fill(`v1,${'A'.repeat(43)}=`)
      .join(' ');
    const signature = `${others} ${request.headers['webhook-signature']}`;
    const response = await door.send({
      ...request,
      headers: { ...request.headers, 'webhook-signature': signature },
    });
    accepted.push('ten signatures');
    expect(response.status).toBe(202);
  });

  it('14: accepts a body of exactly the limit', async () => {
    const event = { ...preStop({ key: 'at the limit' }), filler: '' };
    const filler = 'x'.repeat(limitBytes - encode(JSON.stringify(event)).length);
    const body = encode(JSON.stringify({ ...event, filler }));
    expect(body).toHaveLength(limitBytes);
    expect(await send('at the limit', {}, body)).toMatchObject({ status: 'stored' });
  });

  it('17: pays no attention to ce- headers, which nobody signs', async () => {
    expect(await send('ce headers', { 'ce-id': 'evt_other', 'ce-type': 'x' })).toMatchObject({
      status: 'stored',
    });
  });

  it('18: answers 202 to a type it does not know, counts it, and ignores it', async () => {
    const event = { ...preStop({ key: 'unknown type' }), type: 'dev.offhook.container.hibernated' };
    const request = await goodInput('unknown type', {}, encode(JSON.stringify(event)));
    const response = await door.send(request);
    expect([response.status, await response.json()]).toEqual([
      202,
      { status: 'ignored', id: sampleId('unknown type') },
    ]);
    const health = await door.send({ method: 'GET', target: '/healthz', headers: {} });
    expect(await health.json()).toMatchObject({ counters: { ignoredUnknownType: 1 } });
  });

  it('19: accepts fields it does not know', async () => {
    const event = { ...preStop({ key: 'extended' }), future: { field: 1 } };
    expect(await send('extended', {}, encode(JSON.stringify(event)))).toMatchObject({ status: 'stored' });
  });

  it('21: accepts parameters of the content type', async () => {
    const contentType = { 'content-type': 'Application/CloudEvents+JSON; charset=utf-8' };
    expect(await send('charset', contentType)).toMatchObject({ status: 'stored' });
  });

  it('23: answers 200 when an event comes again that was handled', async () => {
    expect(await send('handled')).toEqual({ status: 'stored', id: sampleId('handled') });
    await eventually(door.auditRows, (rows) =>
      rows.some(({ eventId, runs }) => eventId === sampleId('handled') && runs.length === 1),
    );
    expect(await send('handled')).toEqual({ status: 'duplicate', id: sampleId('handled') });
  });

  it('runs the handler once for what it accepted, and never for what it refused', async () => {
    const rows = await eventually(
      door.auditRows,
      (all) => all.filter(({ runs }) => runs.length > 0).length >= accepted.length,
    );
    const runs = rows.map(({ eventId, runs }) => `${eventId} ${runs.map(({ attempt }) => attempt)}`);
    expect(runs.toSorted()).toEqual(accepted.map((key) => `${sampleId(key)} 1`).toSorted());
  });

  it('logs why it refused, and nothing of a body, a signature or the secret', async () => {
    const sent = BAD_INPUTS.filter((one) => (bytes || one.bytes !== true) && one.status !== 405);
    const codes = [...new Set(sent.map(({ error }) => error))];
    const log = await eventually(
      async () => door.logged(),
      (text) => codes.every((code) => text.includes(`"error":"${code}"`)),
    );
    expect(log).not.toMatch(SECRETS);
  });
});
