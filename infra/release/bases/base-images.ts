import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fetch, resolveDigest } from './resolve-digest.ts';

const DOCKERFILE = 'infra/image/Dockerfile';
/** Arguments of the Dockerfile, and the options of `npm run image` that set them. */
const BASES = { BUILD_IMAGE: '--build-image', RUNTIME_IMAGE: '--runtime-image' } as const;

/**
 * The bases that the Dockerfile names, fixed by the digest that their tags mean now, as options of `npm run image`.
 *
 * @throws Error when the Dockerfile does not name them, or a registry does not tell.
 */
export async function fixedBaseImages(root: string, fetch: Fetch): Promise<readonly string[]> {
  const dockerfile = readFileSync(join(root, DOCKERFILE), 'utf8');
  const options: string[] = [];
  for (const [argument, option] of Object.entries(BASES)) {
    const [, image] = new RegExp(`^ARG ${argument}=(\\S+)$`, 'm').exec(dockerfile) ?? [];
    if (image === undefined) throw new Error(`${DOCKERFILE} has no line "ARG ${argument}=…"`);
    options.push(option, image.includes('@') ? image : `${image}@${await resolveDigest(image, fetch)}`);
  }
  return options;
}
