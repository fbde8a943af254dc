import { answer, type Questions } from './conformance.ts';

/** The conformance questions, inside workerd. */
export default {
  async fetch(request: Request): Promise<Response> {
    const questions = (await request.json()) as Questions;
    return new Response(JSON.stringify(await answer(questions)));
  },
};
