import { defineCommand } from '../command/command.ts';
import { MISTAKE } from '../command/exit-code.ts';
import { wordValue } from '../command/value-kinds.ts';

const ABOUT = `
Prints what this version sends, for other programs to read.

  event      JSON Schema (2020-12) of an event's body
  asyncapi   AsyncAPI 3.0 document of what a subscription's URL gets
`;

export const schemaCommand = defineCommand({
  name: 'schema',
  summary: 'print the JSON Schema of events, or their AsyncAPI document',
  about: ABOUT,
  operands: {
    which: { placeholder: 'NAME', kind: wordValue(['event', 'asyncapi']), wanted: 'the NAME of a document' },
  },
  options: {},
  examples: ['offhook schema event > event.schema.json'],
  exitCodes: { 0: '', 2: MISTAKE },
  run: async (values, io) => (await import('./print-schema.ts')).printSchema(values, io),
});
