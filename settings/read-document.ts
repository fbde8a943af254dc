import { type Locate, parseConfigDocument } from './config-document.ts';
import type { ConfigFault } from './fault.ts';
import { type ReadFile, readText } from './files/read-text.ts';

const LARGEST_FILE_BYTES = 1024 * 1024;

/** A configuration file as values, not yet checked; null where it is empty. */
type ReadDocument =
  | { readonly kind: 'document'; readonly value: unknown; readonly locate: Locate }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] };

/** Reads a configuration file: YAML, UTF-8, at most 1 MiB. Never throws for what an operator can write. */
export function readDocument(file: string, readFile: ReadFile): ReadDocument {
  const source = readText(file, readFile, LARGEST_FILE_BYTES);
  if (source.kind === 'unreadable') {
    return { kind: 'invalid', faults: [{ file, path: '', message: source.message }] };
  }
  const document = parseConfigDocument(source.text);
  if (document.kind === 'document') return document;
  return { kind: 'invalid', faults: document.faults.map((at) => ({ file, path: '', ...at })) };
}
