import { formatFaults } from '../../settings/fault.ts';
import { readBounded } from '../../settings/files/read-bounded.ts';
import { readText } from '../../settings/files/read-text.ts';
import { createNamespaceLabels } from '../../watcher/explain/recipients/namespace-labels.ts';
import { readSubscriptions } from '../../watcher/explain/recipients/read-subscriptions.ts';
import { countRecipients, type RecipientCount } from '../../watcher/explain/recipients/recipients.ts';
import type { CommandIo } from '../command/command-io.ts';

/** A thousand objects with all that the API server adds to them have room in it. */
const LARGEST_FILE_BYTES = 16 * 1024 * 1024;

export type AskedOptions = {
  readonly subscriptions: string;
  readonly namespaceLabels: readonly (readonly [namespace: string, labels: Record<string, string>])[];
};

/** Who gets the events, and what became of each subscription. */
type AskedSubscriptions = RecipientCount & {
  /** An object of the input that is no Pod and no Event: false where nothing is learned of it. */
  take(object: unknown): boolean;
};

/**
 * Reads the subscriptions that are asked about.
 *
 * @returns null when they cannot be read; why is on standard error.
 */
export function readAskedSubscriptions(
  { subscriptions: file, namespaceLabels }: AskedOptions,
  { stderr }: Pick<CommandIo, 'stderr'>,
): AskedSubscriptions | null {
  const source = readText(file, readBounded, LARGEST_FILE_BYTES);
  const read =
    source.kind === 'text'
      ? readSubscriptions(file, source.text)
      : { subscriptions: [], others: [], faults: [{ file, path: '', message: source.message }] };
  if (read.faults.length > 0) {
    stderr.write(`${formatFaults(read.faults)}\n`);
    return null;
  }
  const namespaces = createNamespaceLabels();
  for (const object of read.others) namespaces.take(object);
  for (const [namespace, labels] of namespaceLabels) namespaces.set(namespace, labels);
  return { ...countRecipients(read.subscriptions, namespaces), take: namespaces.take };
}
