/**
 * A strict reader of the Prometheus text format 0.0.4: whatever it does not know is an error.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */

export type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

export type Family = { readonly type: string; readonly help: string; readonly samples: readonly Sample[] };

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const COMMENT = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;
const TYPES = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
const SUFFIXES: Readonly<Record<string, readonly string[]>> = { histogram: ['_bucket', '_sum', '_count'] };

export function parseExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end with a line feed');
  const families = new Map<string, { type: string; help: string; samples: Sample[] }>();
  const seen = new Set<string>();
  let current = '';
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, kind = '', name = '', rest = ''] = COMMENT.exec(line) ?? [];
    if (kind === 'HELP') {
      if (families.has(name)) throw new Error(`${name} comes twice`);
      families.set(name, { type: '', help: rest, samples: [] });
      current = name;
    } else if (kind === 'TYPE') {
      const family = families.get(name);
      if (family === undefined || name !== current || family.type !== '')
        throw new Error(`misplaced: ${line}`);
      if (!TYPES.includes(rest)) throw new Error(`unknown type: ${line}`);
      family.type = rest;
    } else {
      const sample = parseSample(line);
      const family = families.get(current);
      const names = (SUFFIXES[family?.type ?? ''] ?? ['']).map((suffix) => `${current}${suffix}`);
      if (family === undefined || !names.includes(sample.name)) throw new Error(`not of ${current}: ${line}`);
      const identity = line.slice(0, line.lastIndexOf(' '));
      if (seen.has(identity)) throw new Error(`twice: ${identity}`);
      seen.add(identity);
      family.samples.push(sample);
    }
  }
  for (const [name, family] of families)
    if (family.type === 'histogram') checkHistogram(name, family.samples);
  return families;
}

function parseSample(line: string): Sample {
  const match = SAMPLE.exec(line);
  if (match === null) throw new Error(`not a sample: ${line}`);
  const [, name = '', labelText = '', number = ''] = match;
  const value = number === '+Inf' ? Number.POSITIVE_INFINITY : Number(number);
  if (number === '' || Number.isNaN(value)) throw new Error(`not a number: ${line}`);
  return { name, labels: parseLabels(labelText, line), value };
}

function parseLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  for (let at = 0; at < text.length; at = LABEL.lastIndex) {
    LABEL.lastIndex = at;
    const match = LABEL.exec(text);
    if (match === null) throw new Error(`labels: ${line}`);
    const [, key = '', value = ''] = match;
    if (key in labels) throw new Error(`label twice: ${line}`);
    labels[key] = value;
  }
  return labels;
}

/** Buckets are cumulative, end with +Inf, and agree with the count. */
function checkHistogram(name: string, samples: readonly Sample[]): void {
  const seriesOf = ({ labels: { le: _, ...labels } }: Sample) => JSON.stringify(labels);
  for (const [series, all] of Map.groupBy(samples, seriesOf)) {
    const buckets = all.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) =>
      labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le),
    );
    const count = all.find((sample) => sample.name === `${name}_count`)?.value;
    const rises = (values: readonly number[], strictly: boolean) =>
      values.every((value, index) => {
        const before = values[index - 1] ?? Number.NEGATIVE_INFINITY;
        return strictly ? value > before : value >= before;
      });
    const values = buckets.map(({ value }) => value);
    const good =
      rises(bounds, true) &&
      rises(values, false) &&
      bounds.at(-1) === Number.POSITIVE_INFINITY &&
      values.at(-1) === count &&
      all.some((sample) => sample.name === `${name}_sum`);
    if (!good) throw new Error(`histogram ${name} ${series} is not consistent`);
  }
}

/** The value of the one series with exactly these labels. */
export function sampleOf(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const family = families.get(name.replace(/_(bucket|sum|count)$/, '')) ?? families.get(name);
  const wanted = JSON.stringify(Object.entries(labels).toSorted());
  const sample = family?.samples.find(
    (each) => each.name === name && JSON.stringify(Object.entries(each.labels).toSorted()) === wanted,
  );
  if (sample === undefined) throw new Error(`no series ${name}${JSON.stringify(labels)}`);
  return sample.value;
}
