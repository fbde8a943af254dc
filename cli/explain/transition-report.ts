import { printable } from '../../protocol/json/printable.ts';
import { transitionLine, transitionRecord } from '../../watcher/explain/format-transition.ts';
import {
  recipientsLine,
  tallyLine,
  tallyRecord,
} from '../../watcher/explain/recipients/format-recipients.ts';
import type { RecipientCount } from '../../watcher/explain/recipients/recipients.ts';
import { filterSubject } from '../../watcher/ingest/container-event.ts';
import type { Transition } from '../../watcher/lifecycle/transition.ts';
import type { CommandIo } from '../command/command-io.ts';
import { jsonLine } from '../terminal/json-line.ts';

/** Prints each lifecycle event and, where that is asked, who gets it, and at the end what became of the subscriptions. */
export function createTransitionReport(
  { json, asked }: { readonly json: boolean; readonly asked: RecipientCount | undefined },
  { stdout }: Pick<CommandIo, 'stdout'>,
) {
  const line = (text: string) => stdout.write(`${printable(text)}\n`);
  return {
    onTransition(transition: Transition): void {
      const recipients = asked?.add(filterSubject(transition));
      if (json) {
        const { names: subscriptions, perhaps } = recipients ?? {};
        stdout.write(
          jsonLine({ ...transitionRecord(transition), ...(recipients && { subscriptions, perhaps }) }),
        );
        return;
      }
      line(transitionLine(transition));
      if (recipients !== undefined) line(recipientsLine(recipients));
    },
    end(): void {
      const tallies = asked?.tallies() ?? [];
      if (json) for (const tally of tallies) stdout.write(jsonLine(tallyRecord(tally)));
      if (json || tallies.length === 0) return;
      const width = Math.max(...tallies.map(({ subscription }) => subscription.name.length));
      line('');
      line('Subscriptions:');
      for (const tally of tallies) line(tallyLine(tally, width));
    },
  };
}
