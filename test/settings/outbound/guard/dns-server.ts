import { createSocket } from 'node:dgram';
import { onTestFinished } from 'vitest';

const TYPES: Readonly<Record<number, 'A' | 'AAAA'>> = { 1: 'A', 28: 'AAAA' };

/** What a name has: addresses by type; a code of DNS (3: no such name, 2: failed); or silence. */
type DnsAnswer = { readonly A?: readonly string[]; readonly AAAA?: readonly string[] } | number | 'silence';

/** A DNS server over UDP that answers A and AAAA. @property asked `A name` in order. */
export async function startDnsServer(answerOf: (name: string) => DnsAnswer) {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const { name, end } = readName(query);
    const type = TYPES[query.readUInt16BE(end)];
    asked.push(`${type} ${name}`);
    const answer = answerOf(name);
    if (answer !== 'silence') socket.send(answerTo(query.subarray(0, end + 4), type, answer), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void socket.close());
  return { server: `127.0.0.1:${socket.address().port}`, asked };
}

function readName(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('ascii', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

/** @see RFC 1035, section 4.1 */
function answerTo(
  question: Buffer,
  type: 'A' | 'AAAA' | undefined,
  answer: Exclude<DnsAnswer, 'silence'>,
): Buffer {
  const code = typeof answer === 'number' ? answer : 0;
  const addresses = typeof answer === 'number' || type === undefined ? [] : (answer[type] ?? []);
  const head = Buffer.from(question);
  head.writeUInt16BE(0x8180 | code, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt32BE(0, 8);
  const records = addresses.map((address) => {
    const data = type === 'A' ? bytes4(address) : bytes6(address);
    const record = Buffer.from([0xc0, 0x0c, 0, type === 'A' ? 1 : 28, 0, 1, 0, 0, 0, 0, 0, data.length]);
    return Buffer.concat([record, data]);
  });
  return Buffer.concat([head, ...records]);
}

function bytes4(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

/** All eight groups written out. */
function bytes6(address: string): Buffer {
  return Buffer.from(
    address
      .split(':')
      .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]),
  );
}
