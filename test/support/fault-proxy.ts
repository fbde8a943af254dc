import { createServer, type Socket, connect as tcpConnect } from 'node:net';
import { onTestFinished } from 'vitest';

/** What the proxy does to bytes on their way to the client. */
export type Fault =
  /** Everything passes. */
  | { readonly kind: 'pass' }
  /** After so many more bytes to a client, both ends of that connection get a TCP RST. */
  | { readonly kind: 'resetAfter'; readonly bytes: number }
  /** Nothing passes either way, and nobody is told: connections stay open, new ones are accepted. */
  | { readonly kind: 'blackhole' }
  /** To the client go `bytes` at a time, `everyMs` apart. */
  | { readonly kind: 'trickle'; readonly bytes: number; readonly everyMs: number }
  /** The answer is taken from the server, and instead of it the client gets a TCP RST. */
  | { readonly kind: 'cutAnswer' };

export interface FaultProxy {
  /** Of the same scheme and path as the server behind it. */
  readonly url: string;
  /** When each connection was reset by a fault, `performance.now()`. */
  readonly resetAt: readonly number[];
  /** From now on, for connections that are open and for new ones; bytes are counted from here. */
  set(fault: Fault): void;
  /** Resets every open connection. */
  dropAll(): void;
}

/** Both ends of one connection through the proxy. */
type Link = { readonly client: Socket; readonly server: Socket; passed: number; cut: boolean };

/** A TCP proxy on a loopback port that damages what passes through it. Closed after the test. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const links = new Set<Link>();
  const resetAt: number[] = [];
  let fault: Fault = { kind: 'pass' };

  function reset(link: Link): void {
    link.cut = true;
    resetAt.push(performance.now());
    link.client.resetAndDestroy();
    link.server.resetAndDestroy();
  }

  function toClient(link: Link, bytes: Buffer): void {
    const { client } = link;
    if (link.cut) return;
    switch (fault.kind) {
      case 'pass':
        client.write(bytes);
        return;
      case 'blackhole':
        return;
      case 'cutAnswer':
        reset(link);
        return;
      case 'trickle':
        trickle(client, bytes, fault);
        return;
      case 'resetAfter': {
        const rest = fault.bytes - link.passed;
        link.passed += bytes.length;
        if (bytes.length < rest) client.write(bytes);
        else cutAfter(link, bytes.subarray(0, rest));
        return;
      }
      default:
        fault satisfies never;
    }
  }

  /** The RST must not overtake the bytes before it. */
  function cutAfter(link: Link, bytes: Buffer): void {
    link.cut = true;
    link.client.write(bytes, () => setTimeout(() => reset(link), 20));
  }

  const listener = createServer((client) => {
    const link: Link = { client, server: tcpConnect(Number(port), hostname), passed: 0, cut: false };
    links.add(link);
    const { server } = link;
    for (const socket of [client, server]) socket.setNoDelay(true).on('error', () => {});
    client.on('data', (bytes) => {
      if (fault.kind !== 'blackhole') server.write(bytes);
    });
    server.on('data', (bytes) => toClient(link, bytes));
    // In a blackhole not even the end of a connection gets through.
    server.on('end', () => fault.kind !== 'blackhole' && client.end());
    client.on('close', () => {
      links.delete(link);
      server.destroy();
    });
    server.on('close', () => fault.kind !== 'blackhole' && fault.kind !== 'trickle' && client.destroy());
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const { client } of links) client.destroy();
    listener.close();
  });
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const url = new URL(target);
  url.port = String(address.port);
  return {
    url: url.href.replace(/\/$/, ''),
    resetAt,
    set(next) {
      fault = next;
      for (const link of links) link.passed = 0;
    },
    dropAll() {
      for (const link of [...links]) reset(link);
    },
  };
}

/** Stops when the client has gone. */
function trickle(client: Socket, bytes: Buffer, pace: { readonly bytes: number; readonly everyMs: number }) {
  let sent = 0;
  const timer = setInterval(() => {
    if (client.destroyed || sent >= bytes.length) return clearInterval(timer);
    client.write(bytes.subarray(sent, sent + pace.bytes));
    sent += pace.bytes;
  }, pace.everyMs);
}
