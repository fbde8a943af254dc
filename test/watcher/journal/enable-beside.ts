import { createWriter } from '../../../watcher/journal/database/writer.ts';
import { enableSubscription } from '../../../watcher/journal/operations/enable-subscription.ts';
import { openBeside } from '../../../watcher/journal/operations/open-beside.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

/** As `offhook journal enable` does it beside a running watcher; it hears of it with its next look. */
export function enableBeside(directory: string, subscription: string): void {
  const { database, file, close } = openBeside(directory, 'write');
  try {
    enableSubscription(database, createWriter(database, file, createFakeClock()), subscription);
  } finally {
    close();
  }
}
