import { EVENT_TYPE } from '../../protocol/event/event-type.ts';
import { EVENT_MEDIA_TYPE } from '../../protocol/http/event-media-type.ts';
import { EVENTS_PATH } from '../../protocol/http/receiver-paths.ts';
import { WEBHOOK_ID_PATTERN } from '../../protocol/signature/sign.ts';
import { eventSchemaDocument } from './event-schema-document.ts';

const SUMMARIES: Readonly<Record<keyof typeof EVENT_TYPE, string>> = {
  preStart: 'A Pod is bound to a node; its container has not started yet.',
  postStart: 'A run of a container has started.',
  preStop: 'A live run is being ended.',
  postStop: 'A run has ended.',
  postStopAmended: 'Better facts about an end that was told before.',
  hookFailed: 'A native hook of the container failed.',
  gap: 'A stretch of the history of a cluster is not known.',
  disabled: 'The receiver ended the subscription.',
};

/** The headers of Standard Webhooks. @see https://github.com/standard-webhooks/standard-webhooks */
const HEADERS = {
  type: 'object',
  required: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  properties: {
    'webhook-id': { type: 'string', pattern: WEBHOOK_ID_PATTERN.source, description: 'the id of the event' },
    'webhook-timestamp': { type: 'string', pattern: '^[0-9]+$', description: 'Unix seconds of this attempt' },
    'webhook-signature': { type: 'string', description: 'v1,<base64> and v1a,<base64>, separated by spaces' },
  },
};

/**
 * The AsyncAPI 3.0 document of what a subscription's URL gets: one message a type of event.
 *
 * @param version of Offhook.
 * @see https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */
export function asyncapiDocument(version: string): Readonly<Record<string, unknown>> {
  const { $defs } = eventSchemaDocument() as { readonly $defs: Readonly<Record<string, object>> };
  const names = Object.keys(EVENT_TYPE) as (keyof typeof EVENT_TYPE)[];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Offhook',
      version,
      description: 'Signed webhooks for the lifecycle of containers in Kubernetes.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: EVENT_MEDIA_TYPE,
    channels: {
      events: {
        address: EVENTS_PATH,
        description: 'The URL of a subscription; that of the receiver of Offhook ends so.',
        messages: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
      },
    },
    operations: {
      sendEvent: {
        action: 'send',
        channel: { $ref: '#/channels/events' },
        summary: 'The watcher POSTs one event, at least once, in no order.',
        bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
      },
    },
    components: {
      messages: Object.fromEntries(names.map((name) => [name, message(name)])),
      schemas: { ...$defs, headers: HEADERS },
    },
  };
}

function message(name: keyof typeof EVENT_TYPE): object {
  return {
    name,
    title: EVENT_TYPE[name],
    summary: SUMMARIES[name],
    contentType: EVENT_MEDIA_TYPE,
    headers: { $ref: '#/components/schemas/headers' },
    payload: { $ref: `#/components/schemas/${name}` },
  };
}
