import { Gauge, type Registry } from 'prom-client';

/** A series that is always 1, whose labels say which version runs, and on which Node. */
export function describeBuild(registry: Registry, name: string, version: string): void {
  const labels = { version, node: process.versions.node };
  const build = new Gauge({
    name,
    help: 'Always 1; the labels say what runs',
    labelNames: Object.keys(labels),
    registers: [registry],
  });
  build.set(labels, 1);
}
