import type { LiveData } from '../../../functions/page/model/page-api.ts';

export type StreamEvent = { readonly id: string; readonly data: LiveData };

/** Reads server-sent events as a browser does; `lastId` is what it would send when it comes again. */
export function readEventStream(response: Response) {
  const chunks = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  let lastId = '';
  let raw = '';

  /** The next block of lines; null at the end of the stream. */
  async function block(): Promise<Readonly<Record<string, string>> | null> {
    while (!text.includes('\n\n')) {
      const { done, value = '' } = (await chunks?.read()) ?? { done: true };
      if (done) return null;
      text += value;
      raw += value;
    }
    const end = text.indexOf('\n\n');
    const lines = text.slice(0, end).split('\n');
    text = text.slice(end + 2);
    const fields = Object.fromEntries(lines.map((line) => line.split(/: ?(.*)/s, 2)));
    lastId = fields.id ?? lastId;
    return fields;
  }

  return {
    /** The next event; null at the end of the stream. */
    next: async (): Promise<StreamEvent | null> => {
      for (;;) {
        const fields = await block();
        if (fields === null) return null;
        if (fields.event === 'entries' && fields.data !== undefined) {
          return { id: lastId, data: JSON.parse(fields.data) };
        }
      }
    },
    block,
    lastId: () => lastId,
    raw: () => raw,
    leave: async () => chunks?.cancel(),
  };
}
