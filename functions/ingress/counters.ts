/** What the receiver counts; one number a process or isolate, shown by `GET /healthz`. */
const COUNTERS = [
  'stored',
  'duplicate',
  'differentBytes',
  'ignoredUnknownType',
  'refused',
  'notStored',
  'strays',
] as const;
type CounterName = (typeof COUNTERS)[number];

export type Counters = {
  count(name: CounterName): void;
  snapshot(): Readonly<Record<CounterName, number>>;
};

/** Counters that start at zero. */
export function createCounters(): Counters {
  const values: Record<CounterName, number> = {
    stored: 0,
    duplicate: 0,
    differentBytes: 0,
    ignoredUnknownType: 0,
    refused: 0,
    notStored: 0,
    strays: 0,
  };
  return {
    count: (name) => {
      values[name] += 1;
    },
    snapshot: () => ({ ...values }),
  };
}
