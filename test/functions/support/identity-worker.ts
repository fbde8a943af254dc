import { createAlbAccess } from '../../../functions/access/alb/alb-access.ts';
import { createCloudflareAccess } from '../../../functions/access/cloudflare/cloudflare-access.ts';
import { createWallClock } from '../../support/wall-clock.ts';

export { Claims } from '../../../functions/platforms/cloudflare/claims/claims-object.ts';

export type IdentityCheck = {
  readonly team: string;
  readonly audience: string;
  readonly arn: string;
  readonly nowMs: number;
  /** What a key server answers. */
  readonly keys: string;
};

const kept = new Map<string, ReturnType<typeof createDoors>>();

function createDoors({ team, audience, arn, nowMs, keys }: IdentityCheck) {
  const deps = { fetch: async () => new Response(keys), clock: createWallClock(() => nowMs) };
  return [createCloudflareAccess({ team, audience }, deps), createAlbAccess({ arn }, deps)];
}

/** Answers who a request with the headers of an identity is; doors and their keys are kept from one to the next. */
export default {
  fetch: async (request: Request): Promise<Response> => {
    const text = await request.text();
    const doors = kept.get(text) ?? createDoors(JSON.parse(text) as IdentityCheck);
    kept.set(text, doors);
    for (const check of doors) {
      const access = await check(request);
      if (access?.kind === 'allowed') return Response.json(access.identity);
    }
    return Response.json(null, { status: 401 });
  },
};
