import { AwsError, type AwsRequest, type Operation, onlyMembers } from './aws-server.ts';

/** An event as EventBridge hands it to a target. */
export type BusEvent = {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Record<string, unknown>;
};

type Entry = AwsRequest & { readonly Detail: string; readonly Source: string; readonly DetailType: string };
/** An error for an entry, or nothing. */
export type EntryScript = (entry: Entry) => string | undefined;

const MAX_ENTRIES = 10;
const MAX_BYTES = 262_144;

/**
 * PutEvents, and what a rule makes of an entry: the detail parsed and written anew (here with its keys in another
 * order), the time in whole seconds. A call can answer 200 with entries that failed.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
export function createFakeEventBridge(busName: string, deliver: (event: BusEvent) => void) {
  let script: EntryScript = () => undefined;

  const put = (entry: Entry) => {
    const fault = script(entry) ?? faultOf(entry, busName);
    if (fault !== undefined) return { ErrorCode: fault, ErrorMessage: 'the entry was not taken' };
    const event = envelope(entry);
    deliver(event);
    return { EventId: event.id };
  };

  const operations: Readonly<Record<string, Operation>> = {
    'AWSEvents.PutEvents': (request) => {
      onlyMembers(request, ['Entries']);
      const entries = request.Entries as readonly Entry[];
      if (entries.length === 0 || entries.length > MAX_ENTRIES) {
        throw new AwsError('ValidationException', '1 to 10 entries');
      }
      if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) >= MAX_BYTES) {
        throw new AwsError(
          'ValidationException',
          'Total size of the entries in the request is over the limit.',
        );
      }
      const Entries = entries.map(put);
      return { FailedEntryCount: Entries.filter((one) => 'ErrorCode' in one).length, Entries };
    },
  };
  return {
    operations,
    entries: (next: EntryScript) => {
      script = next;
    },
  };
}

function faultOf(entry: Entry, busName: string): string | undefined {
  if (entry.EventBusName !== busName) return 'InvalidArgument';
  if (!entry.Source || !entry.DetailType || !entry.Detail) return 'InvalidArgument';
  try {
    const detail: unknown = JSON.parse(entry.Detail);
    return typeof detail === 'object' && detail !== null && !Array.isArray(detail)
      ? undefined
      : 'MalformedDetail';
  } catch {
    return 'MalformedDetail';
  }
}

/** What EventBridge makes of an entry. Times travel as Unix seconds in AWS JSON. */
export function envelope(entry: Entry): BusEvent {
  const time = new Date(Math.floor(Number(entry.Time)) * 1_000);
  return {
    version: '0',
    id: crypto.randomUUID(),
    'detail-type': entry.DetailType,
    source: entry.Source,
    account: '123456789012',
    time: time.toISOString().replace('.000Z', 'Z'),
    region: 'eu-central-1',
    resources: [],
    detail: reordered(JSON.parse(entry.Detail)) as Record<string, unknown>,
  };
}

function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reordered(member)]),
  );
}

function sizeOf({ Source, DetailType, Detail, Time }: Entry): number {
  const texts = [Source, DetailType, Detail].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return texts + (Time === undefined ? 0 : 14);
}
