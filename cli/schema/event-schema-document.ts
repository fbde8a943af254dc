import * as z from 'zod';
import { DATA_SCHEMA } from '../../protocol/event/event-address.ts';
import { lifecycleEventSchema } from '../../protocol/event/event-schema.ts';
import { EVENT_TYPE } from '../../protocol/event/event-type.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema (2020-12) of an event's body, made of the schema that the receiver checks with. One definition a type
 * of event, named as in `EVENT_TYPE`. What no JSON Schema can say is left out: that an instant exists, how many bytes a
 * body has.
 *
 * @see https://json-schema.org/draft/2020-12/schema
 */
export function eventSchemaDocument(): JsonSchema {
  const { oneOf } = z.toJSONSchema(lifecycleEventSchema, { io: 'input' });
  const names = Object.keys(EVENT_TYPE);
  const definitions = (oneOf ?? []).map((schema, index) => [
    names[index],
    { title: Object.values(EVENT_TYPE)[index], ...schema },
  ]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: DATA_SCHEMA,
    title: 'Event of Offhook',
    description:
      'A CloudEvents 1.0 event in structured JSON mode. Attributes and fields that are not named here may be added: ignore them.',
    oneOf: names.map((name) => ({ $ref: `#/$defs/${name}` })),
    $defs: Object.fromEntries(definitions),
  };
}
