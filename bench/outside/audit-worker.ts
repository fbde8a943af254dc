import type { D1Database } from '@cloudflare/workers-types';
import { createD1Sql } from '../../functions/platforms/cloudflare/d1-sql.ts';
import { ask, askBare, QUESTIONS } from '../audit/ask.ts';

/** A Worker that asks its D1: `/trail/<question>/<index>/<pods>` or `/bare/…`; answers with how many rows came. */
export default {
  fetch: async (request: Request, env: { readonly AUDIT: D1Database }): Promise<Response> => {
    const [, how, name, index, pods] = new URL(request.url).pathname.split('/');
    const question = QUESTIONS.find((one) => one === name);
    if (question === undefined) return new Response(null, { status: 404 });
    const asked = { question, index: Number(index), pods: Number(pods) };
    const answer = await (how === 'bare' ? askBare : ask)(createD1Sql(env.AUDIT), asked);
    return new Response(String(answer));
  },
};
