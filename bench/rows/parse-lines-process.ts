import { createReadStream } from 'node:fs';

/** The floor of explaining a recording: its lines, each parsed and dropped. Argument: the file. */
const [file = ''] = process.argv.slice(2);

const decoder = new TextDecoder();
let begun = '';
for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) {
  const lines = (begun + decoder.decode(chunk, { stream: true })).split('\n');
  begun = lines.pop() ?? '';
  for (const each of lines) JSON.parse(each);
}
