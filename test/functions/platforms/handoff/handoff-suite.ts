import { describe, expect, it, onTestFinished } from 'vitest';
import type { HandoffMessage } from '../../../../functions/ingress/handoff.ts';
import { eventually } from '../../support/eventually.ts';
import { postStart, sampleId } from '../../support/sample-events.ts';
import { SAMPLE_TRACEPARENT } from '../../support/sample-traceparent.ts';
import { signedHeaders } from '../../support/signed-post.ts';
import type { OpenedHandoff, OpenHandoff } from './opened-handoff.ts';

const RECEIVED_AT_MS = Date.UTC(2026, 10, 22, 14, 24, 2, 345);
/** The shortest that every platform can wait: queues count in seconds. */
const RETRY_MS = 1_000;
const encode = (text: string) => new TextEncoder().encode(text);
const utf8Bytes = (text: string) => encode(text).length;

/** Spaces, order, escapes and characters that `JSON.stringify` would write otherwise. */
function unusualBody(key: string): Uint8Array<ArrayBuffer> {
  const event = postStart({ key, labels: { odd: 'größe 漢\u{1f600}\u0001"\\' } });
  const json = JSON.stringify(Object.fromEntries(Object.entries(event).reverse()), null, '\t');
  return encode(` ${json.replace('"app"', '"\\u0061pp"')}\r\n`);
}

/** An event of exactly so many bytes. */
function bodyOfSize(key: string, bytes: number): Uint8Array<ArrayBuffer> {
  const event = postStart({ key });
  const filler = 'x'.repeat(bytes - utf8Bytes(JSON.stringify({ ...event, filler: '' })));
  return encode(JSON.stringify({ ...event, filler }));
}

/** Signed in earnest, because some verify it again; and as with a key beside it that nobody here has. */
async function messageOf(key: string, body = unusualBody(key)): Promise<HandoffMessage> {
  const id = sampleId(key);
  const headers = await signedHeaders(id, body, RECEIVED_AT_MS);
  const signature = `${headers['webhook-signature']} v1a,ZGVm+/==`;
  const signed = { id, timestamp: headers['webhook-timestamp'], signature, verified: true };
  return { body, receivedAtMs: RECEIVED_AT_MS, signed, traceparent: SAMPLE_TRACEPARENT };
}

/** What every implementation of the hand-off does, from `enqueue` to the consumer at its other end. */
export function handoffSuite(implementation: string, open: OpenHandoff): void {
  const openForTest = async () => {
    const opened = await open();
    onTestFinished(() => opened.close());
    return opened;
  };
  const seen = async ({ consumer }: OpenedHandoff, key: string, times: number) =>
    eventually(
      async () => consumer.seen(sampleId(key)),
      (all) => all.length >= times,
    );
  const deadLetters = ({ deadLetters }: OpenedHandoff, count: number) =>
    eventually(deadLetters, (letters) => letters.length >= count);

  describe(`the hand-off by ${implementation}`, () => {
    it('has stored a message when enqueue returns: it comes out though nothing of its sender is left', async () => {
      const opened = await openForTest();
      await opened.handoff.enqueue(await messageOf('stored'));
      await opened.loseSender();
      await opened.deliver();
      expect((await seen(opened, 'stored', 1)).length).toBeGreaterThan(0);
    });

    it('gives back the bytes as they were signed, the headers and the trace context beside them and the time of receipt', async () => {
      const opened = await openForTest();
      await opened.deliver();
      await opened.handoff.enqueue(await messageOf('bytes'));
      const [first] = await seen(opened, 'bytes', 1);
      expect(first?.message).toEqual(await messageOf('bytes'));
    });

    it.each([
      ['a signature', 'signed'],
      ['a trace context', 'traceparent'],
    ] as const)('says of a message that came without %s that it has none', async (_, field) => {
      const opened = await openForTest();
      await opened.deliver();
      opened.consumer.answer(sampleId('without'), { kind: 'retry', afterMs: 0 });
      const { [field]: __, ...without } = await messageOf('without');
      await opened.handoff.enqueue(without);
      const [first, second] = await seen(opened, 'without', 2);
      expect(first?.message).toStrictEqual(without);
      expect(second?.message).toStrictEqual(without);
    });

    it('delivers the same again when asked to, no earlier, and what is done not at all', async () => {
      const opened = await openForTest();
      await opened.deliver();
      opened.consumer.answer(sampleId('again'), { kind: 'retry', afterMs: RETRY_MS });
      await opened.handoff.enqueue(await messageOf('done'));
      await opened.handoff.enqueue(await messageOf('again'));
      const [first, second] = await seen(opened, 'again', 2);
      expect(second?.message).toEqual(first?.message);
      // A timer may fire a millisecond early by the wall clock.
      expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(RETRY_MS - 2);
      expect(opened.consumer.seen(sampleId('done'))).toHaveLength(1);
      expect(await opened.deadLetters()).toEqual([]);
    });

    it('keeps what is dead among the dead letters, whole and with its reason, and delivers it no more', async () => {
      const opened = await openForTest();
      await opened.deliver();
      opened.consumer.answer(sampleId('poison'), { kind: 'dead', reason: 'gave up: cleanup' });
      opened.consumer.answer(sampleId('neighbour'), { kind: 'retry', afterMs: RETRY_MS });
      await opened.handoff.enqueue(await messageOf('poison'));
      await opened.handoff.enqueue(await messageOf('neighbour'));
      expect(await deadLetters(opened, 1)).toEqual([
        { message: await messageOf('poison'), reason: 'gave up: cleanup' },
      ]);
      await seen(opened, 'neighbour', 2);
      expect(opened.consumer.seen(sampleId('poison'))).toHaveLength(1);
      expect(await opened.deadLetters()).toHaveLength(1);
    });

    it('carries the largest body that the receiver takes, through a retry into the dead letters', async () => {
      const opened = await openForTest();
      await opened.deliver();
      const message = await messageOf('large', bodyOfSize('large', opened.limitBytes));
      expect(message.body).toHaveLength(opened.limitBytes);
      const reason = 'gave up: cleanup';
      opened.consumer.answer(sampleId('large'), { kind: 'retry', afterMs: 0 }, { kind: 'dead', reason });
      await opened.handoff.enqueue(message);
      expect(await deadLetters(opened, 1)).toEqual([{ message, reason }]);
      expect(opened.consumer.seen(sampleId('large'))).toHaveLength(2);
    });

    it('throws when the queue cannot be reached, so that the receiver does not say it is stored', async () => {
      const opened = await openForTest();
      await opened.loseQueue();
      await expect(opened.handoff.enqueue(await messageOf('lost'))).rejects.toThrow();
    });
  });
}
