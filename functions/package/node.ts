/**
 * `offhook/node`: the receiver with everything in one SQLite file, as a server of its own, or as a `fetch` function for
 * the one you have.
 */
export {
  type NodeReceiver,
  type NodeReceiverOptions,
  startNodeReceiver as startReceiver,
} from '../platforms/node/start-receiver.ts';
