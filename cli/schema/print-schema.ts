import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { SCHEMA_DOCUMENTS, type SchemaName } from './schema-documents.ts';

/** `offhook schema NAME`: the document on standard output, indented for people. */
export async function printSchema(
  { which }: { readonly which: SchemaName },
  { stdout }: Pick<CommandIo, 'stdout'>,
): Promise<number> {
  stdout.write(`${JSON.stringify(SCHEMA_DOCUMENTS[which](), null, 2)}\n`);
  return EXIT.ok;
}
