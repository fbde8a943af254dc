import { expect, it, onTestFinished } from 'vitest';
import { createFetchReceiver } from '../../../../functions/platforms/node/fetch-receiver.ts';
import { serialiseEvent } from '../../../../protocol/event/serialise-event.ts';
import { until } from '../../../support/until.ts';
import { postStart } from '../../support/sample-events.ts';
import { MEDIA_TYPE, SECRET, signedHeaders } from '../../support/signed-post.ts';
import { makeTemporaryDirectory } from '../../support/temporary-directory.ts';

it('a receiver is a fetch function: it verifies, runs handlers, lets them end, and is closed then', async () => {
  const { path, remove } = await makeTemporaryDirectory();
  onTestFinished(remove);
  const handled: string[] = [];
  const options = { dataDir: path, secrets: [SECRET] };
  const receiver = await createFetchReceiver({
    ...options,
    registerHandlers: (hooks) =>
      hooks.on('postStart', {}, (event) => void handled.push(event.id), { name: 'note' }),
  });
  onTestFinished(() => receiver.close());
  const event = postStart({ key: 'fetched' });
  const body = serialiseEvent(event);
  const post = async (headers: Readonly<Record<string, string>>) =>
    (await receiver.fetch(new Request('http://any/events', { method: 'POST', headers, body }))).status;
  expect(receiver.handlers).toEqual(['note']);
  const type = { 'content-type': MEDIA_TYPE };
  expect(await post(type)).toBe(400);
  const headers = { ...type, ...(await signedHeaders(event.id, body)) };
  expect(await post(headers)).toBe(202);
  await until('the handler', () => handled.length > 0);
  expect(handled).toEqual([event.id]);
  await receiver.close();
  expect(await post(headers)).toBe(503);
  // Nobody holds the directory any more.
  await (await createFetchReceiver(options)).close();
});
