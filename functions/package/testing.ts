/**
 * `offhook/testing`: events as a watcher sends them, and a receiver in memory to deliver them to. For tests on Node.
 *
 * @example
 * const receiver = await createTestReceiver(registerHandlers, { fetch: async () => new Response() });
 * const { runs } = await receiver.deliver(await event('postStop', { exit: { code: 137, reason: 'OOMKilled' } }));
 */
export { SampleError } from '../../protocol/sample/sample-event.ts';
export { testEvent as event } from '../platforms/node/testing/test-event.ts';
export {
  createTestReceiver,
  type Delivered,
  type DeliverOptions,
  type TestReceiver,
  type TestReceiverOptions,
} from '../platforms/node/testing/test-receiver.ts';
