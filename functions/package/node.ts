/**
 * `offhook/node`: the receiver with everything in one SQLite file, as a server of its own, or as a `fetch` function for
 * the one you have.
 */
export {
  createFetchReceiver as createReceiver,
  type FetchReceiver,
} from '../platforms/node/fetch-receiver.ts';
export type { OpenBridgeOptions as FetchReceiverOptions } from '../platforms/node/open-bridge.ts';
export {
  type NodeReceiver,
  type NodeReceiverOptions,
  startNodeReceiver as startReceiver,
} from '../platforms/node/start-receiver.ts';
