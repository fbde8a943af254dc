import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { version } from '../terminal/version.ts';
import { asyncapiDocument } from './asyncapi-document.ts';
import { eventSchemaDocument } from './event-schema-document.ts';

/** `offhook schema NAME`: the document on standard output, indented for people. */
export async function printSchema(
  { which }: { readonly which: 'event' | 'asyncapi' },
  { stdout }: Pick<CommandIo, 'stdout'>,
): Promise<number> {
  const document = which === 'event' ? eventSchemaDocument() : asyncapiDocument(version());
  stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  return EXIT.ok;
}
