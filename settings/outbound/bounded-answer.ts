import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';

/** The far side sent more than any answer of its kind holds. */
class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
  readonly code = 'ERR_ANSWER_TOO_LARGE';

  constructor(limitBytes: number) {
    super(`more than ${limitBytes} bytes came as one answer`);
  }
}

/**
 * A connector whose connections end when more than `limitBytes` have come since something was last sent: informational
 * answers (103) without an end, a status line or headers that go on for ever, extensions of chunks. An HTTP client alone
 * bounds headers and bodies, but would parse all of that until its deadline. For connections without pipelining.
 */
export function boundAnswers(
  connect: buildConnector.connector,
  limitBytes: number,
): buildConnector.connector {
  return (options, callback) => {
    connect(options, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      limit(socket, limitBytes);
      callback(null, socket);
    });
  };
}

function limit(socket: Socket, limitBytes: number): void {
  let writtenBytes = -1;
  let readBefore = 0;
  // Before the client's own listener, which then finds the socket closed.
  socket.on('readable', () => {
    if (socket.bytesWritten !== writtenBytes) {
      // The first bytes of an answer: at most one buffer of the socket, which is not counted.
      writtenBytes = socket.bytesWritten;
      readBefore = socket.bytesRead;
    } else if (socket.bytesRead - readBefore > limitBytes && !socket.destroyed) {
      socket.destroy(new AnswerTooLarge(limitBytes));
    }
  });
}
