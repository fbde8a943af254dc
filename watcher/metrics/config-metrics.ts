import { Counter, Gauge, type Registry } from 'prom-client';

const RELOAD_RESULTS = ['applied', 'faulty'] as const;

/** `applied`: what was read is in effect. `faulty`: the one before is kept. */
type ReloadResult = (typeof RELOAD_RESULTS)[number];

export interface ConfigMetrics {
  onReload(result: ReloadResult): void;
}

/** What became of the configuration's changes. */
export function createConfigMetrics(registry: Registry): ConfigMetrics {
  const registers = [registry];
  const reloads = new Counter({
    name: 'offhook_config_reloads_total',
    help: 'Times the configuration was read again, by what came of it',
    labelNames: ['result'] as const,
    registers,
  });
  const successful = new Gauge({
    name: 'offhook_config_last_reload_successful',
    help: '1 while the configuration that was read last is in effect, 0 while it has faults and the one before is kept',
    registers,
  });
  for (const result of RELOAD_RESULTS) reloads.inc({ result }, 0);
  successful.set(1);
  return {
    onReload(result) {
      reloads.inc({ result });
      successful.set(result === 'applied' ? 1 : 0);
    },
  };
}
