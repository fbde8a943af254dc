import { counted } from '../../../settings/counted.ts';
import { formatFaults } from '../../../settings/fault.ts';
import type { WatcherConfig } from '../../../watcher/config/watcher-config.ts';
import type { Examination, Examined } from '../examination/examination.ts';
import { notOk } from '../examination/finding.ts';
import type { ReadConfiguration } from './read-configuration.ts';

/** Whether the watcher would start with it. What is probably not meant is a warning. */
export function checkConfiguration(
  { check }: Examination,
  configuration: ReadConfiguration,
): Examined<WatcherConfig> {
  return check<WatcherConfig>({
    id: 'configuration.loads',
    group: 'Configuration',
    title: configuration.file,
    needs: [],
    run() {
      if (configuration.kind === 'invalid') {
        const hints = formatFaults(configuration.faults).split('\n');
        return notOk('the watcher would not start with it', ...hints);
      }
      const { config, warnings: hints } = configuration;
      const { length } = config.subscriptions;
      const message = counted(length, 'subscription');
      return { status: hints.length > 0 ? 'warning' : 'ok', message, hints, value: config };
    },
  });
}
