import { MAX_CHECKPOINT_BYTES } from '../../audit/checkpoint/checkpoint.ts';
import { checkpointKey, positionOfKey, streamFolder } from '../../audit/checkpoint/checkpoint-key.ts';
import type { CheckpointSink } from '../../audit/checkpoint/checkpoint-sink.ts';

/** What is used of an R2 bucket binding. @see https://developers.cloudflare.com/r2/api/workers/workers-api-reference/ */
export interface CheckpointBucket {
  /** null when the condition does not hold. */
  put(
    key: string,
    value: Uint8Array<ArrayBuffer>,
    options: { readonly onlyIf: { readonly etagDoesNotMatch: string } },
  ): Promise<unknown>;
  get(
    key: string,
    options: { readonly range: { readonly offset: number; readonly length: number } },
  ): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>;
  /** In the order of the keys. */
  list(options: { readonly prefix: string; readonly cursor?: string }): Promise<{
    readonly objects: readonly { readonly key: string }[];
    readonly truncated: boolean;
    readonly cursor?: string;
  }>;
}

/** No further: somebody else may have put anything there. */
const READ = { offset: 0, length: MAX_CHECKPOINT_BYTES + 1 };
/** A thousand keys each: more checkpoints than a century of hourly ones. */
const MOST_PAGES = 1_000;

/**
 * Checkpoints in an R2 bucket. A lock rule on the bucket keeps them from being deleted with the account's other keys.
 *
 * @param prefix of all keys, for example `checkpoints/`.
 */
export function createR2Sink(bucket: CheckpointBucket, prefix = ''): CheckpointSink {
  const newestKey = async (stream: string): Promise<string | null> => {
    let newest: string | null = null;
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const listed = await bucket.list({
        prefix: `${prefix}${streamFolder(stream)}/`,
        ...(cursor !== undefined && { cursor }),
      });
      newest = listed.objects.findLast(({ key }) => positionOfKey(key) !== null)?.key ?? newest;
      cursor = listed.cursor;
      if (!listed.truncated || cursor === undefined) return newest;
    }
    throw new Error(`the bucket holds more than ${MOST_PAGES} pages of checkpoints of one stream`);
  };

  return {
    async put(stream, position, bytes) {
      const key = `${prefix}${checkpointKey(stream, position)}`;
      const stored = await bucket.put(key, bytes, { onlyIf: { etagDoesNotMatch: '*' } });
      return stored === null ? 'exists' : 'stored';
    },
    async latest(stream) {
      const key = await newestKey(stream);
      const object = key === null ? null : await bucket.get(key, { range: READ });
      if (key === null || object === null) return null;
      return { position: positionOfKey(key) ?? 0, bytes: new Uint8Array(await object.arrayBuffer()) };
    },
  };
}
