/** What the receiver counts; one number a process or isolate, shown by `GET /healthz`. */
export const COUNTERS = [
  'stored',
  'duplicate',
  'differentBytes',
  'ignoredUnknownType',
  'refused',
  'notStored',
  'strays',
] as const;
export type CounterName = (typeof COUNTERS)[number];

export type Counters = {
  /** @param about which: the hook of a stored event, the code of a refusal. Not counted apart here. */
  count(name: CounterName, about?: string): void;
  snapshot(): Readonly<Record<CounterName, number>>;
};

/** Counters that start at zero. @param onCount told of each, for who counts further. */
export function createCounters(onCount: Counters['count'] = () => {}): Counters {
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
    count: (name, about) => {
      values[name] += 1;
      onCount(name, about);
    },
    snapshot: () => ({ ...values }),
  };
}
