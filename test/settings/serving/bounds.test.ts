import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBodyRoom } from '../../../settings/serving/body-room.ts';
import { type BoundedServerOptions, createBoundedServer } from '../../../settings/serving/bounded-server.ts';
import { peerAddress } from '../../../settings/serving/peer-address.ts';
import { createRoom } from '../../../settings/serving/room.ts';
import { serverBounds } from '../../../settings/serving/server-bounds.ts';
import { until } from '../../support/until.ts';

describe('a room', () => {
  it('makes room by sending away who has kept it waiting longest, of the address that has too much', () => {
    const room = createRoom<string>({ inAll: 5, perAddress: 2 });
    expect(['a1', 'a2', 'b1'].flatMap((who) => room.hold(who, who.charAt(0), 1))).toEqual([]);
    expect(room.hold('a3', 'a', 1)).toEqual(['a1']);
    room.setWaiting('a2', false);
    expect(room.hold('a4', 'a', 1)).toEqual(['a3']);
  });

  it('takes from the address that has most when all of it is used up', () => {
    const room = createRoom<string>({ inAll: 4, perAddress: 4 });
    for (const who of ['b1', 'a1', 'a2', 'a3']) room.hold(who, who.charAt(0), 1);
    expect(room.hold('c1', 'c', 1)).toEqual(['a1']);
    expect(room.hold('c2', 'c', 1)).toEqual(['a2']);
  });

  it('sends the newcomer away when nobody else is waited for', () => {
    const room = createRoom<string>({ inAll: 1, perAddress: 1 });
    room.hold('busy', 'a', 1);
    room.setWaiting('busy', false);
    expect(room.hold('new', 'b', 1)).toEqual(['new']);
    room.release('busy');
    expect(room.hold('next', 'b', 1)).toEqual([]);
  });
});

describe('room for bodies', () => {
  it('is given to who waits as it becomes free, whatever another address has used up', async () => {
    type Sender = { readonly name: string; readonly address: string };
    const wentOn: string[] = [];
    const cut: string[] = [];
    const sender = (name: string): Sender => ({ name, address: name.charAt(0) });
    const [a1, a2, b1] = [sender('a1'), sender('a2'), sender('b1')];
    const room = createBodyRoom<Sender>({
      share: { inAll: 3, perAddress: 2 },
      goOn: ({ name }) => wentOn.push(name),
      cut: (who) => {
        cut.push(who.name);
        room.release(who);
      },
    });
    expect([room.take(a1, 2), room.take(a2, 1), room.take(b1, 1)]).toEqual([true, false, true]);
    await until('the slow one to be cut off', () => wentOn.length > 0);
    expect([cut, wentOn]).toEqual([['a1'], ['a2']]);
  });
});

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::6', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  [undefined, ''],
])('%s counts as %s', (given, expected) => {
  expect(peerAddress(given)).toBe(expected);
});

describe('a bounded server', () => {
  const GET = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';

  async function start(options: Partial<BoundedServerOptions> = {}) {
    const cut: string[] = [];
    let requests = 0;
    const server = createBoundedServer({
      listener: (_, response) => {
        requests += 1;
        setTimeout(() => response.end('answer'), 20);
      },
      tls: null,
      bounds: serverBounds(
        { inAll: 8, perAddress: 4 },
        { times: { requestMs: 500, stallMs: 500, idleMs: 300 } },
      ),
      onCut: (reason) => cut.push(reason),
      ...options,
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as { port: number };
    const open = () => {
      const socket = connect(port, '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => {});
      return socket;
    };
    return { open, cut, requests: () => requests };
  }

  const closed = (socket: Socket) =>
    new Promise<void>((resolve) => void socket.resume().once('close', () => resolve()));

  it.each([
    ['plain', GET],
    ['without a host', 'GET / HTTP/1.1\r\n\r\n'],
    ['with an expectation', 'GET / HTTP/1.1\r\nhost: x\r\nexpect: wonders\r\n\r\n'],
  ])(
    'runs one request of a packet of thousands (%s), and cuts the connection off',
    async (_what, request) => {
      const { open, cut, requests } = await start();
      const socket = open();
      socket.write(request.repeat(3_000));
      await closed(socket);
      expect([requests(), cut]).toEqual([1, ['pipelined request']]);
    },
  );

  it('answers requests on one connection, one after the other', async () => {
    const { open, cut, requests } = await start();
    const socket = open();
    for (let turn = 1; turn <= 20; turn += 1) {
      socket.write(GET);
      const [answer] = await once(socket, 'data');
      expect(String(answer)).toContain('answer');
    }
    expect([requests(), cut]).toEqual([20, []]);
  });

  it('keeps its deadline for a request whose bytes come one by one', async () => {
    const { open } = await start();
    const socket = open();
    const startMs = performance.now();
    socket.write('GET / HTTP/1.1\r\nhost: x\r\nx: ');
    const drip = setInterval(() => socket.write('y'), 100);
    await closed(socket);
    clearInterval(drip);
    const tookMs = performance.now() - startMs;
    expect(tookMs).toBeGreaterThan(400);
    // Node alone would cut it off after a minute.
    expect(tookMs).toBeLessThan(30_000);
  });

  it('cuts off who reads nothing of a large answer', async () => {
    const { open, cut } = await start({
      listener: (_, response) => void response.end('x'.repeat(16_000_000)),
    });
    const socket = open();
    socket.write(GET);
    socket.pause();
    await until('the cut', () => cut.length > 0);
    expect(cut).toEqual(['answer not read']);
  });

  it('lets the newest in, and tells the one who has kept it waiting longest to come again', async () => {
    const { open, cut } = await start();
    const sockets = Array.from({ length: 4 }, open);
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    for (const socket of sockets) socket.write('GET / HT');
    await sleep(50);
    const newest = open();
    newest.write(GET);
    const [answer] = await once(newest, 'data');
    expect(String(answer)).toContain('200 OK');
    const [farewell] = await once(sockets[0] as Socket, 'data');
    expect(String(farewell)).toMatch(/^HTTP\/1.1 503 .*\r\nretry-after: 5\r\n/);
    expect(cut).toEqual(['too many connections']);
  });

  it('reads no further than the answer needs: an endless body is cut off soon after it was refused', async () => {
    const { open } = await start();
    const socket = open();
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
    const fill = setInterval(() => socket.write(`400\r\n${' '.repeat(1_024)}\r\n`), 5);
    const [answer] = await once(socket, 'data');
    await closed(socket);
    clearInterval(fill);
    expect(String(answer)).toMatch(/200 OK.*connection: close.*answer/is);
  });
});
