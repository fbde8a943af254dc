import { startReceiver } from './receiver.ts';

/**
 * A receiver whose answers take as long as it was last told, 0 ms at first. When told, it says how long they really
 * took before.
 */
let delayMs = 0;
const { url, takeLatencyMs } = await startReceiver(() => delayMs);
process.on('message', (message: { readonly delayMs: number }) => {
  delayMs = message.delayMs;
  process.send?.({ latencyMs: takeLatencyMs() });
});
process.send?.({ url });
