import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CANARY, goodInput } from '../support/bad-inputs.ts';
import { DOORS, type OpenDoor } from '../support/doors.ts';
import { chunked, rawHead, sendRaw } from '../support/raw-request.ts';
import { sampleId } from '../support/sample-events.ts';

const SERVERS = DOORS.filter(({ door }) => door === 'Node' || door === 'workerd');
const EVENTS = DOORS.filter(({ door }) => door.includes('event'));
const spaces = (bytes: number) => new Uint8Array(bytes).fill(0x20);
const bodyOf = ({ body = new Uint8Array() }: { readonly body?: Uint8Array }) => body;

/** Number 14 of the list of bad input: what is said of a body's length, on real sockets. */
describe.each(SERVERS)('14: the length of a body on a socket of $door', ({ open, limitBytes }) => {
  let door: OpenDoor;
  beforeAll(async () => {
    door = await open({});
  });
  afterAll(() => door.close());
  const send = (
    headers: Readonly<Record<string, string>>,
    parts: readonly (string | Uint8Array)[],
    options?: { readonly end: boolean },
  ) => sendRaw(door.url, [rawHead('/events', headers), ...parts], options);
  const handled = async (key: string) =>
    (await door.auditRows()).some(({ eventId }) => eventId === sampleId(key));

  it('is counted when it comes in chunks: an event is stored', async () => {
    const request = await goodInput('in chunks');
    const headers = { ...request.headers, 'transfer-encoding': 'chunked' };
    expect((await send(headers, chunked(bodyOf(request)))).status).toBe(202);
  });

  it('is counted when it comes in chunks: one byte too many is 413', async () => {
    const { headers } = await goodInput('too many chunks');
    const answer = await send(
      { ...headers, 'transfer-encoding': 'chunked' },
      chunked(spaces(limitBytes + 1)),
    );
    expect(answer.status).toBe(413);
  });

  it('is 413 when it is declared truly and too large', async () => {
    const { headers } = await goodInput('declared');
    const body = spaces(limitBytes + 1);
    expect((await send({ ...headers, 'content-length': String(body.length) }, [body])).status).toBe(413);
  });

  it('that is declared shorter than it is makes another body, which is refused', async () => {
    const request = await goodInput('declared shorter');
    const answer = await send({ ...request.headers, 'content-length': '5' }, [bodyOf(request)]);
    // 400 is Node's own answer to what follows the declared end.
    expect([400, 401]).toContain(answer.status);
    expect(await handled('declared shorter')).toBe(false);
  });

  it('that is declared longer than it is leaves the request unfinished: never accepted', async () => {
    const request = await goodInput('declared longer');
    const declared = String(bodyOf(request).length + 1);
    const answer = await send({ ...request.headers, 'content-length': declared }, [bodyOf(request)], {
      end: true,
    });
    expect([400, 500, 'cut']).toContain(answer.status);
    expect(answer.text).not.toContain(CANARY);
    expect(await handled('declared longer')).toBe(false);
  });

  it.each(['abc', '1e9', '-1', '0x10', '5, 6', ''])(
    'that is declared as “%s” is refused',
    async (declared) => {
      const request = await goodInput(`declared ${declared}`);
      const answer = await send({ ...request.headers, 'content-length': declared }, [bodyOf(request)]);
      // 500 is workerd's own answer, before the Worker sees the request.
      expect([400, 500, 'cut']).toContain(answer.status);
      expect(answer.text).not.toContain(CANARY);
      expect(door.logged()).not.toContain(CANARY);
      expect(await handled(`declared ${declared}`)).toBe(false);
    },
  );

  it('goes on serving afterwards', async () => {
    expect((await fetch(`${door.url}/healthz`)).status).toBe(200);
  });
});

/** AWS reads the socket itself; what is left is a header that need not be true. */
describe.each(EVENTS)('14: the length of a body in a $door', ({ open, limitBytes }) => {
  let door: OpenDoor;
  beforeAll(async () => {
    door = await open({});
  });
  afterAll(() => door.close());

  it.each(['5', 'abc', '1e9', '-1'])('is counted, whatever content-length says: “%s”', async (declared) => {
    const large = await goodInput('large', { 'content-length': declared }, spaces(limitBytes + 1));
    expect((await door.send(large)).status).toBe(413);
    const small = await goodInput(`small ${declared}`, { 'content-length': declared });
    expect((await door.send(small)).status).toBe(202);
  });
});
