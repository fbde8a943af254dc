import { defineCommand } from '../command/command.ts';
import { MISTAKE } from '../command/exit-code.ts';
import { wordValue } from '../command/value-kinds.ts';

const ABOUT = `
Prints what this version sends and reads, for other programs and for editors.

  event      JSON Schema (2020-12) of an event's body
  asyncapi   AsyncAPI 3.0 document of what a subscription's URL gets
  config     JSON Schema (draft 7) of offhook.yaml
  receiver   JSON Schema (draft 7) of offhook-receiver.yaml
`;

export const schemaCommand = defineCommand({
  name: 'schema',
  summary: 'print JSON Schemas: of events and of the configuration files',
  about: ABOUT,
  operands: {
    which: {
      placeholder: 'NAME',
      kind: wordValue(['event', 'asyncapi', 'config', 'receiver']),
      wanted: 'the NAME of a document',
    },
  },
  options: {},
  examples: ['offhook schema event > event.schema.json', 'offhook schema config > offhook.schema.json'],
  exitCodes: { 0: '', 2: MISTAKE },
  run: async (values, io) => (await import('./print-schema.ts')).printSchema(values, io),
});
