/**
 * Where an image is asked for.
 *
 * @property host of its registry's API, which for Docker Hub is another one than in its name.
 */
export type ImageReference = { readonly host: string; readonly repository: string; readonly tag: string };

/**
 * Reads `node:24`, `gcr.io/distroless/nodejs24:nonroot` and the like as Docker does.
 *
 * @throws Error for a reference without a tag: it would mean another image every week.
 * @see https://github.com/distribution/reference
 */
export function parseImageReference(text: string): ImageReference {
  const [, path = '', tag] = /^([a-z0-9][a-z0-9./:_-]*?):([\w][\w.-]{0,127})$/.exec(text) ?? [];
  if (tag === undefined) throw new Error(`"${text}" is no image with a tag`);
  const [first = '', ...rest] = path.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  if (hasHost && first !== 'docker.io') return { host: first, repository: rest.join('/'), tag };
  const repository = hasHost ? rest.join('/') : path;
  return {
    host: 'registry-1.docker.io',
    repository: repository.includes('/') ? repository : `library/${repository}`,
    tag,
  };
}
