/** A number as Grafana would write it in one of the units that the dashboard has. */
export function formatUnit(value: number, unit: string): string {
  if (unit === 'percentunit') return `${Number((value * 100).toFixed(1))} %`;
  if (unit === 'bytes') return bytes(value);
  if (unit === 's')
    return value !== 0 && Math.abs(value) < 1 ? `${short(value * 1_000)} ms` : `${short(value)} s`;
  return unit === 'ops' ? `${short(value)}/s` : short(value);
}

function bytes(value: number): string {
  const power = value < 1 ? 0 : Math.min(3, Math.floor(Math.log2(value) / 10));
  return `${short(value / 1024 ** power)} ${['B', 'KiB', 'MiB', 'GiB'][power]}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
