import { createHash } from 'node:crypto';
import { AwsError, type Operation, onlyMembers } from './aws-server.ts';

export type QueuedMessage = {
  readonly messageId: string;
  readonly body: string;
  dueAtMs: number;
  receiveCount: number;
};

const MAX_BYTES = 1_048_576;
const MAX_DELAY_SECONDS = 900;
/** What is neither tab, line end, nor an XML 1.0 character. */
const REFUSED = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * SendMessage on queues in memory. The checksum of the body is answered because the SDK compares it.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function createFakeSqs(urls: readonly string[], now: () => number = Date.now) {
  const queues = new Map<string, QueuedMessage[]>(urls.map((url) => [url, []]));

  const operations: Readonly<Record<string, Operation>> = {
    'AmazonSQS.SendMessage': (request) => {
      onlyMembers(request, ['QueueUrl', 'MessageBody', 'DelaySeconds']);
      const queue = queues.get(String(request.QueueUrl));
      if (queue === undefined) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
      const body = String(request.MessageBody ?? '');
      const delay = Number(request.DelaySeconds ?? 0);
      if (!Number.isInteger(delay) || delay < 0 || delay > MAX_DELAY_SECONDS) {
        throw new AwsError('InvalidParameterValue', `Value ${delay} for parameter DelaySeconds is invalid.`);
      }
      if (body === '') throw new AwsError('MissingParameter', 'MessageBody');
      if (Buffer.byteLength(body) > MAX_BYTES) throw new AwsError('InvalidParameterValue', 'too long');
      if (REFUSED.test(body)) throw new AwsError('InvalidMessageContents', 'characters not allowed');
      const messageId = crypto.randomUUID();
      queue.push({ messageId, body, dueAtMs: now() + delay * 1_000, receiveCount: 0 });
      return { MessageId: messageId, MD5OfMessageBody: createHash('md5').update(body).digest('hex') };
    },
  };
  return {
    operations,
    messages: (url: string) => queues.get(url) ?? [],
    /** Receives up to ten that are due; the rest of their time they are invisible. */
    receive: (url: string, visibilityMs: number): readonly QueuedMessage[] => {
      const due = (queues.get(url) ?? []).filter(({ dueAtMs }) => dueAtMs <= now()).slice(0, 10);
      for (const message of due) {
        message.dueAtMs = now() + visibilityMs;
        message.receiveCount += 1;
      }
      return due;
    },
    remove: (url: string, messageId: string): void => {
      const queue = queues.get(url) ?? [];
      const index = queue.findIndex((message) => message.messageId === messageId);
      if (index !== -1) queue.splice(index, 1);
    },
    push: (url: string, message: QueuedMessage): void => void queues.get(url)?.push(message),
  };
}
