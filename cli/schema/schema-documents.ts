import { version } from '../terminal/version.ts';
import { asyncapiDocument } from './asyncapi-document.ts';
import { receiverConfigDocument, watcherConfigDocument } from './config-schema-documents.ts';
import { eventSchemaDocument } from './event-schema-document.ts';

/** What `offhook schema NAME` prints. */
export const SCHEMA_DOCUMENTS = {
  event: eventSchemaDocument,
  asyncapi: () => asyncapiDocument(version()),
  config: watcherConfigDocument,
  receiver: receiverConfigDocument,
} as const satisfies Record<string, () => object>;

export type SchemaName = keyof typeof SCHEMA_DOCUMENTS;
