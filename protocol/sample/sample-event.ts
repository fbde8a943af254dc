import { DATA_SCHEMA, partitionKeyOf, sourceOf } from '../event/event-address.ts';
import { eventIdByWebCrypto } from '../event/event-id.ts';
import { type Identified, identityOf } from '../event/event-identity.ts';
import { EVENT_TYPE } from '../event/event-type.ts';
import type { LifecycleEvent } from '../event/lifecycle-event.ts';
import { parseEvent } from '../event/parse-event.ts';
import { serialiseEvent } from '../event/serialise-event.ts';
import { changeSample } from './change-sample.ts';
import { type SampleData, type SampleName, sampleData } from './sample-data.ts';

/**
 * @property nowMs wall time of the event.
 * @property unique 32 hexadecimal digits, the same for the same event: Pod and run are named by them.
 * @property data what to say in place of the sample's own: `{ exit: { code: 137, reason: 'OOMKilled' } }`. Labels are
 *   replaced as a whole.
 */
export type SampleOptions = {
  readonly nowMs: number;
  readonly unique: string;
  readonly data?: SampleData;
};

/** `bytes`: what is signed and sent. */
export type Sample = { readonly event: LifecycleEvent; readonly bytes: Uint8Array<ArrayBuffer> };

/** What was asked for cannot be an event; `path` says where, as `data.exit.code`. */
export class SampleError extends Error {
  override readonly name = 'SampleError';
  readonly path: string;

  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/**
 * A sample of an event as a watcher would send it: its id, source and partitionkey are those that its payload leads to, so
 * that every receiver takes it.
 *
 * @throws SampleError when `data` breaks the schema.
 */
export async function sampleEvent(name: SampleName, options: SampleOptions): Promise<Sample> {
  const { nowMs, unique, data: changes = {} } = options;
  const time = new Date(nowMs).toISOString();
  const type = EVENT_TYPE[name];
  const data = changeSample(sampleData(name, nowMs, unique), changes);
  const known = { type, time, data } as unknown as Identified;
  const amended = name === 'postStopAmended' ? { amends: await amendedId(known) } : {};
  const event = {
    specversion: '1.0',
    id: await eventIdByWebCrypto(identityOf(known)),
    source: sourceOf(known.data.cluster.uid),
    subject: subjectOf(known),
    time,
    timestamp: time,
    datacontenttype: 'application/json',
    dataschema: DATA_SCHEMA,
    partitionkey: partitionKey(known),
    sequence: '0000000000000001',
    ...expiry(known),
    type,
    data: { ...data, ...amended },
  } as unknown as LifecycleEvent;
  const bytes = serialiseEvent(event);
  const parsed = parseEvent(bytes);
  if (parsed.kind === 'event') return { event: parsed.event, bytes };
  throw parsed.kind === 'unreadable'
    ? new SampleError(parsed.path, parsed.message)
    : new SampleError('', 'is no event');
}

function amendedId({ time, data }: Identified): Promise<string> {
  return eventIdByWebCrypto(identityOf({ type: EVENT_TYPE.postStop, time, data } as Identified));
}

function subjectOf({ data }: Identified): string {
  if (data.hook === 'gap') return 'watch';
  if (data.hook === 'disabled') return `subscription/${data.subscription}`;
  return `${data.pod.namespace}/${data.pod.name}/${data.container.name}`;
}

function partitionKey({ data }: Identified): string {
  if (data.hook === 'gap' || data.hook === 'disabled') return data.cluster.uid;
  return partitionKeyOf(data.pod.uid, data.container.name);
}

/** A deadline that is no time is for the schema to tell. */
function expiry({ data }: Identified): { readonly expirytime?: string } {
  if (data.hook !== 'preStop') return {};
  const deadlineMs = Date.parse(String(data.stop.deadline));
  return Number.isNaN(deadlineMs) ? {} : { expirytime: new Date(deadlineMs).toISOString() };
}
