import type { ProjectPlatform } from './files/project-facts.ts';
import { ProjectError } from './write-project.ts';

/** In the order in which they are offered. */
export const PROJECT_PLATFORMS: readonly ProjectPlatform[] = ['cloudflare', 'aws', 'node'];

const QUESTION = `Where will it run?
  1  cloudflare  Cloudflare Workers
  2  aws         AWS Lambda
  3  node        one process, or a container
Number or name: `;

const MOST_QUESTIONS = 3;
const LONGEST_ANSWER = 100;

type Terminal = {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stderr: { write(text: string): unknown };
};

/**
 * Asks on a terminal where a project will run, up to three times.
 *
 * @throws ProjectError when no answer is one of them.
 */
export async function askPlatform({ stdin, stderr }: Terminal): Promise<ProjectPlatform> {
  let pending = '';
  let asked = 1;
  stderr.write(QUESTION);
  for await (const chunk of stdin) {
    pending += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
    const lines = pending.split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) {
      const answer = line.trim().toLowerCase();
      const platform = PROJECT_PLATFORMS.find((name, index) => [name, `${index + 1}`].includes(answer));
      if (platform !== undefined) return platform;
      if (asked === MOST_QUESTIONS) throw unanswered();
      asked += 1;
      stderr.write('1, 2 or 3: ');
    }
    if (pending.length > LONGEST_ANSWER) throw unanswered();
  }
  throw unanswered();
}

function unanswered(): ProjectError {
  return new ProjectError(`no platform was chosen: --platform takes ${PROJECT_PLATFORMS.join(', ')}`);
}
