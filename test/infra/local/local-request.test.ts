import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { manifest, PODS, statusOf } from './harness.ts';
import { request } from './http.ts';

async function cluster(host?: string) {
  const local = await createLocalCluster(host === undefined ? {} : { host });
  onTestFinished(() => local.close());
  return local;
}

/** The status line of an answer to a request whose Host header is written by hand. */
async function rawStatus(url: string, lines: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write([...lines, 'Connection: close', '', ''].join('\r\n'));
  return (await text(socket)).split('\r\n')[0] ?? '';
}

describe('the embedded API server', () => {
  it.each([
    'evil.example',
    'evil.example:8001',
    '127.0.0.1.evil.example',
    '192.168.0.7',
    'localhost.evil.example',
    '0',
  ])('refuses a request that was meant for %s: its name was rebound to this machine', async (host) => {
    const { url } = await cluster();
    const answer = await request(url, 'GET', '/api/v1/pods', { headers: { host } });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({
      kind: 'Status',
      reason: 'Forbidden',
      message:
        'forbidden: a Host header of another host; this local cluster answers only to 127.0.0.1, [::1] and localhost',
    });
    expect(JSON.stringify(answer.body)).not.toContain(host === '0' ? 'evil' : host);
    expect(await statusOf(url, 'POST', PODS, { body: manifest('web'), headers: { host } })).toEqual([
      403,
      'Forbidden',
    ]);
  });

  it.each(['localhost', 'LOCALHOST:8001', '127.0.0.1:1', '127.1.2.3', '[::1]:8001', '[::1]'])(
    'answers one for %s',
    async (host) => {
      const { url } = await cluster();
      expect((await request(url, 'GET', '/api/v1/pods', { headers: { host } })).status).toBe(200);
    },
  );

  it('refuses one without a host, and one with a Host header that is none', async () => {
    const { url } = await cluster();
    expect(await rawStatus(url, ['GET /version HTTP/1.1'])).toContain('400');
    expect(await rawStatus(url, ['GET /version HTTP/1.0'])).toContain('403');
    expect(await rawStatus(url, ['GET /version HTTP/1.1', 'Host: a b'])).toMatch(/40[03]/);
    expect(await rawStatus(url, ['GET /version HTTP/1.1', 'Host: user@127.0.0.1'])).toMatch(/40[03]|200/);
  });

  it('refuses what a page of another origin asks, also without a body of JSON', async () => {
    const { url } = await cluster();
    const headers = { origin: 'https://evil.example' };
    expect(await statusOf(url, 'POST', PODS, { body: manifest('web'), type: '', headers })).toEqual([
      403,
      'Forbidden',
    ]);
    expect((await request(url, 'GET', '/api/v1/pods', { headers: { origin: 'null' } })).status).toBe(403);
    const own = { headers: { origin: 'http://localhost:5173' } };
    expect((await request(url, 'GET', '/api/v1/pods', own)).status).toBe(200);
  });

  it('answers to any IP address where it was told to listen on all, and still to no other name', async () => {
    const { url } = await cluster('0.0.0.0');
    const ask = async (host: string) => (await request(url, 'GET', '/version', { headers: { host } })).status;
    expect(await ask('192.168.0.7:8001')).toBe(200);
    expect(await ask('evil.example')).toBe(403);
  });
});
