import { expect, it } from 'vitest';
import { postStart } from '../../functions/support/sample-events.ts';
import { deliver } from '../../functions/support/signed-post.ts';
import { receive, urlOf, writeReceiverConfig } from '../support/receive-process.ts';

it('offhook receive tells of its life in lines of one kind', async () => {
  const receiver = receive(writeReceiverConfig());
  await deliver(await urlOf(receiver), postStart({ key: 'life', pod: 'checkout-7' }));
  await receiver.says(/"handler":"announce-run".*"msg":"handled"/);
  await receiver.says(/"handler":"audit".*"msg":"handled"/);
  receiver.kill('SIGTERM');
  const { code, stderr, stdout } = await receiver.ended();
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const line of lines)
    expect(line).toMatchObject({ level: 'info', time: expect.any(String), msg: expect.any(String) });
  expect(lines[0].msg).toBe('offhook receive is running');
  const [requested, drained, stopped] = lines.slice(-3);
  expect(requested).toMatchObject({ msg: 'stop requested', by: 'SIGTERM' });
  expect(drained).toMatchObject({ msg: 'drained', waiting: 0, cutOff: 0 });
  expect(stopped.msg).toBe('stopped');
  const about = { hook: 'postStart', namespace: 'shop', pod: 'checkout-7', container: 'app' };
  for (const line of lines.slice(1, -3)) expect(line).toMatchObject(about);
});
