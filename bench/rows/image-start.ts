import { readFileSync } from 'node:fs';

/** How the image starts Node: the flags of its ENTRYPOINT, and what its ENV says to the C library. */
export type ImageStart = {
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

const DOCKERFILE = new URL('../../infra/image/Dockerfile', import.meta.url);

/** Read from the Dockerfile, so that what is measured is what is shipped; without the PATH of the image. */
export function imageStart(): ImageStart {
  const file = readFileSync(DOCKERFILE, 'utf8');
  const entry: readonly string[] = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(file)?.[1] ?? '[]');
  if (entry[0] !== 'node') throw new Error('infra/image/Dockerfile: the ENTRYPOINT is not Node');
  const env = [...file.matchAll(/^ENV (?!PATH=)(\w+)=(\S+)$/gm)];
  const named = env.map(([, name = '', value = '']) => [name, value]);
  return { flags: entry.slice(1, -1), env: Object.fromEntries(named) };
}
