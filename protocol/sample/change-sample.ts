import type { SampleData } from './sample-data.ts';

/**
 * A sample with some of it said otherwise. An exit code other than 0 that comes without a reason has the kubelet's: `Error`.
 */
export function changeSample(sample: SampleData, changes: SampleData): SampleData {
  const changed = merge(sample, changes);
  const { exit } = changes;
  if (!isMap(exit) || !isMap(changed.exit) || exit.code === undefined || exit.code === 0) return changed;
  return 'reason' in exit ? changed : { ...changed, exit: { ...changed.exit, reason: 'Error' } };
}

function merge(under: SampleData, over: SampleData): SampleData {
  const entries = Object.entries(over).map(([key, value]) => {
    const below = under[key];
    return [key, key !== 'labels' && isMap(below) && isMap(value) ? merge(below, value) : value];
  });
  return { ...under, ...Object.fromEntries(entries) };
}

function isMap(value: unknown): value is SampleData {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
