import { FORMER_RECEIVER_KEYS } from '../../functions/platforms/node/config/former-receiver-keys.ts';
import { RECEIVER_KEY_DESCRIPTIONS } from '../../functions/platforms/node/config/receiver-key-descriptions.ts';
import { receiverSchema } from '../../functions/platforms/node/config/receiver-schema.ts';
import { createSecretSources } from '../../settings/secret-source.ts';
import { configSchema } from '../../watcher/config/config-schema.ts';
import { FORMER_WATCHER_KEYS } from '../../watcher/config/former-watcher-keys.ts';
import { WATCHER_KEY_DESCRIPTIONS } from '../../watcher/config/watcher-key-descriptions.ts';
import { keySchemaDocument } from './key-schema-document.ts';

type Document = Readonly<Record<string, unknown>>;

/** Where the copies are that editors load: keys are only ever added, so those of `main` also fit older files. */
const PLACE = 'https://raw.githubusercontent.com/offhook/offhook/main/schemas';

/** Nothing is read: only what the keys are is asked for. */
const sources = () =>
  createSecretSources({
    env: {},
    readFile: () => {
      throw new Error('a JSON Schema needs no file');
    },
  });

/** The JSON Schema of `offhook.yaml`. */
export function watcherConfigDocument(): Document {
  return {
    $id: `${PLACE}/offhook.schema.json`,
    title: 'offhook.yaml',
    description: 'Configuration of the Offhook watcher.',
    ...keySchemaDocument(configSchema(sources()), WATCHER_KEY_DESCRIPTIONS, FORMER_WATCHER_KEYS),
  };
}

/** The JSON Schema of `offhook-receiver.yaml`. */
export function receiverConfigDocument(): Document {
  return {
    $id: `${PLACE}/offhook-receiver.schema.json`,
    title: 'offhook-receiver.yaml',
    description: 'Configuration of the Offhook receiver on Node.',
    ...keySchemaDocument(receiverSchema(sources()), RECEIVER_KEY_DESCRIPTIONS, FORMER_RECEIVER_KEYS),
  };
}
