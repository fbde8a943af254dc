// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub.
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readReleaseCommand } from '../../../../infra/release/release-options.ts';
import { ROOT } from '../support/checkout.ts';
import { houseFaults, type Step, schemaFaults, type Workflow } from './workflow-faults.ts';

const FOLDER = join(ROOT, '.github/workflows');
const { scripts, engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const CI = read('ci.yaml');
const RELEASE = read('release.yaml');

describe.each(readdirSync(FOLDER))('.github/workflows/%s', (name) => {
  it('fits the schema that GitHub publishes', async () => {
    expect(await schemaFaults(name, read(name))).toEqual([]);
  });

  it('keeps the rules of the house', () => {
    expect(houseFaults(read(name), isRunnable)).toEqual([]);
  });

  it('has one version for each commit of an action, and says which', () => {
    const fixed = [...read(name).matchAll(/uses: (\S+)@([0-9a-f]{40})(.*)/g)];
    for (const [, action, , comment] of fixed) expect(comment, action).toMatch(/^ # v\d+\.\d+\.\d+$/);
    const used = (CI + RELEASE).matchAll(/uses: (\S+)@([0-9a-f]{40} # \S+)/g);
    const versions = Map.groupBy(used, ([, action]) => action);
    for (const [action, uses] of versions) expect(new Set(uses.map(([, , at]) => at)).size, action).toBe(1);
  });
});

describe('these tests would see', () => {
  it.each([
    ['an unknown key', CI, 'timeout-minutes: 90', 'timeout: 90', /Unexpected value 'timeout'/],
    ['a permission that there is not', CI, 'contents: read', 'content: read', /Unexpected value 'content'/],
    ['a job that needs nobody', RELEASE, 'needs: chart', 'needs: charts', /charts/],
    ['an unknown context', CI, '${{ github.ref }}', '${{ gihub.ref }}', /gihub/],
    ['an expression that does not end', CI, "== 'pull_request' }}", "== 'pull_request }}", /./],
    ['a step that neither runs nor uses', CI, '- run: .ci/run', '- name: nothing', /run|uses/],
    ['what is no YAML', CI, 'jobs:', 'jobs: [', /./],
  ])('%s', async (_what, text, from, to, message) => {
    expect(text).toContain(from);
    expect((await schemaFaults('w.yaml', text.replace(from, to))).join('\n')).toMatch(message);
  });

  it.each([
    [
      'a tag instead of a commit',
      CI,
      /@[0-9a-f]{40}/,
      '@v7',
      'run: actions/checkout@v7 is not fixed by its commit',
    ],
    [
      'a checkout that keeps its token',
      CI,
      'persist-credentials: false',
      'fetch-depth: 1',
      'run: the checkout leaves its token in the work tree',
    ],
    [
      'a script that is not there',
      CI,
      '- run: .ci/run',
      '- run: .ci/test',
      'run: neither a script nor a command of npm that exists: .ci/test',
    ],
    [
      'a command that npm does not have',
      RELEASE,
      'npm ci',
      'npm run build:all',
      /artifacts: neither .*npm run build:all/,
    ],
    [
      'an option that the release does not have',
      RELEASE,
      'release -- checksums',
      'release -- checksums --sign',
      /artifacts: neither .*--sign/,
    ],
    [
      'an expression in a shell',
      RELEASE,
      '"$TAG"',
      '"${{ github.event.ref }}"',
      /check: an expression in a shell/,
    ],
    [
      'a job without a limit',
      CI,
      /timeout-minutes: 90/,
      'continue-on-error: false',
      'run: no timeout-minutes',
    ],
    [
      'a workflow with any permission',
      CI,
      /permissions:\n {2}contents: read\n/,
      '',
      'the workflow has the permissions that the repository gives',
    ],
  ])('%s', (_what, text, from, to, fault) => {
    expect(text).toMatch(from);
    const faults = houseFaults(text.replace(from, to), isRunnable);
    expect(
      faults.some((each) => (typeof fault === 'string' ? each === fault : fault.test(each))),
      faults.join('\n'),
    ).toBe(true);
  });
});

describe('continuous integration', () => {
  it('runs .ci/run on both architectures and on both lines of Node, told which', () => {
    const { strategy, container, env, steps } = parse(CI).jobs.run;
    expect(strategy.matrix.runner).toEqual(['ubuntu-24.04', 'ubuntu-24.04-arm']);
    expect(strategy.matrix.node.map((version: string) => version.split('.')[0])).toEqual(['24', '26']);
    expect(engines.node).toBe('>=24.15');
    expect(container.image).toBe('node:${{ matrix.node }}-trixie');
    expect(env.CI_NODE).toBe('${{ matrix.node }}');
    expect(steps.at(-1)).toEqual({ run: '.ci/run' });
    expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toMatch(/^npm ci .*\n\.ci\/use-node$/m);
  });
});

describe('a release', () => {
  const { jobs } = parse(RELEASE) as Workflow;
  const stepsOf = (name: string): readonly Step[] => jobs[name]?.steps ?? [];

  it('gives no credential to what installs packages, and installs none where there are some', () => {
    for (const [name, job] of Object.entries(jobs)) {
      const mayWrite = Object.values(job.permissions ?? {}).includes('write');
      const installs = stepsOf(name).some(({ run }) => /^npm (?:ci|install)\b/.test(run ?? ''));
      expect(mayWrite && installs, name).toBe(false);
    }
    expect(
      Object.values(jobs).filter(({ permissions }) => Object.values(permissions ?? {}).includes('write')),
    ).toHaveLength(5);
  });

  it('checks the tag before anything, runs all tests before anything is published, and npm after what can be taken back', () => {
    const needs = Object.fromEntries(
      Object.entries(parse(RELEASE).jobs).map(([name, job]) => [name, (job as { needs?: unknown }).needs]),
    );
    expect(needs).toEqual({
      check: undefined,
      test: 'check',
      artifacts: 'check',
      image: ['test', 'artifacts'],
      chart: 'image',
      package: 'chart',
      create: 'package',
      release: 'create',
    });
    expect(stepsOf('check').at(-1)?.run).toBe('npm run -s release -- check --tag "$TAG"');
  });

  it('uses the scripts’ own modules only, which need no package', () => {
    expect(read('release.yaml')).toContain('node-version: 24.21.0');
    expect(scripts.release).toBe('node infra/release/main.ts');
  });
});

/** A script of this repository that can be executed, or what npm can run here; `release` with options that it has. */
function isRunnable(line: string): boolean {
  const [program = '', ...args] = line.replaceAll('"$TAG"', 'v0.1.0').split(' ');
  if (program === 'npm') {
    if (args[0] === 'ci') return true;
    const [name = '', dashes, ...rest] = args.slice(args[1] === '-s' ? 2 : 1);
    if (args[0] !== 'run' || !Object.hasOwn(scripts, name)) return false;
    return name !== 'release' || (dashes === '--' && readReleaseCommand(rest).kind !== 'mistake');
  }
  try {
    accessSync(join(ROOT, program), constants.X_OK);
    return args.length === 0;
  } catch {
    return false;
  }
}
