import type { Engine } from './engine.ts';
import { commandOutput, type Run } from './run-command.ts';

/** What an engine's own store says of an image it has just built: name, digest or id, and size, a line each. */
export async function inspectStored(engine: Engine, tag: string, run: Run): Promise<readonly string[]> {
  if (engine === 'buildah') {
    const [image] = JSON.parse(await commandOutput(run, engine, ['images', '--json', tag]));
    return [`name     ${tag}`, `digest   ${image.digest}`, `size     ${image.size}`];
  }
  const format = engine === 'docker' ? '{{.Id}} {{.Size}}' : '{{.Digest}} {{.Size}}';
  const [digest, bytes] = (
    await commandOutput(run, engine, ['image', 'inspect', '--format', format, tag])
  ).split(' ');
  return [
    `name     ${tag}`,
    `${engine === 'docker' ? 'id      ' : 'digest  '} ${digest}`,
    `size     ${(Number(bytes) / 1_048_576).toFixed(1)} MiB unpacked`,
  ];
}
