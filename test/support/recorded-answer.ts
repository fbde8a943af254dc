import { readFileSync } from 'node:fs';

export type RecordedAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** An answer of a real API server: a `.http` file of test/fixtures/protocol, without its extension. */
export function recordedAnswer(name: string): RecordedAnswer {
  const file = new URL(`../fixtures/protocol/${name}.http`, import.meta.url);
  const text = readFileSync(file, 'utf8');
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...headerLines] = text.slice(0, end).split('\r\n');
  const headers = headerLines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(headers),
    body: text.slice(end + 4),
  };
}
