import { describe, expect, it } from 'vitest';
import { findEngine } from '../../../infra/image/engine.ts';
import { engineCommands } from '../../../infra/image/engine-commands.ts';
import { readImageOptions } from '../../../infra/image/image-options.ts';
import type { CommandResult, Run } from '../../../infra/image/run-command.ts';

const MISSING: CommandResult = { missing: true, code: null, stdout: '', stderr: '' };
const WELL: CommandResult = { missing: false, code: 0, stdout: '', stderr: '' };
const failed = (stderr: string): CommandResult => ({ missing: false, code: 1, stdout: '', stderr });

/** A machine on which these command lines end like that; everything else is not installed. */
const machine =
  (results: Readonly<Record<string, CommandResult>>): Run =>
  async (program, args) =>
    results[[program, ...args].join(' ')] ?? MISSING;

describe('the engine', () => {
  const docker = { 'docker info': WELL, 'docker buildx version': WELL };

  it.each([
    ['docker', { ...docker, 'buildah info': WELL }],
    ['podman', { 'docker info': failed('no daemon'), 'podman info': WELL, 'buildah info': WELL }],
    [
      'buildah',
      { 'docker info': WELL, 'docker buildx version': failed('no such command'), 'buildah info': WELL },
    ],
  ])('is %s where that is the first that works', async (engine, results) => {
    expect(await findEngine(machine(results))).toBe(engine);
  });

  it('is the one that is wanted, and no other', async () => {
    const results = { ...docker, 'buildah info': WELL };
    expect(await findEngine(machine(results), 'buildah')).toBe('buildah');
    await expect(findEngine(machine(results), 'podman')).rejects.toThrow(/podman: not installed$/);
  });

  it('is told, where none works, what each one lacks', async () => {
    const results = {
      'docker info': failed('Client:\n Version: 28\nCannot connect to the Docker daemon\n'),
      'buildah info': failed(''),
    };
    await expect(findEngine(machine(results))).rejects.toThrow(
      [
        'it needs docker (with buildx), podman or buildah, and none works:',
        '  docker: Cannot connect to the Docker daemon',
        '  podman: not installed',
        '  buildah: "buildah info" failed',
      ].join('\n'),
    );
  });
});

describe('the engine is told', () => {
  const build = {
    root: '/checkout',
    tag: 'offhook:1.0.0',
    platforms: ['linux/amd64'],
    listName: 'offhook-list',
    ownPlatform: 'linux/amd64',
    epochSeconds: 1_700_000_000,
    arguments: { RUNTIME_IMAGE: 'mirror.example.com/node:24' },
    labels: { 'org.opencontainers.image.version': '1.0.0' },
    secrets: { npmrc: '/private/npmrc' },
    output: '/out/offhook.tar',
  };
  const inCommon = [
    '--file=/checkout/infra/image/Dockerfile',
    '--platform',
    'linux/amd64',
    '--build-arg',
    'RUNTIME_IMAGE=mirror.example.com/node:24',
    '--build-arg',
    'SOURCE_DATE_EPOCH=1700000000',
    '--label',
    'org.opencontainers.image.version=1.0.0',
    '--secret',
    'id=npmrc,src=/private/npmrc',
    '/checkout',
  ];

  it('docker, to write the archive itself, with the times it was told', () => {
    expect(engineCommands('docker', build)).toEqual([
      [
        'buildx',
        'build',
        '--provenance=false',
        '--tag',
        'offhook:1.0.0',
        '--output',
        'type=oci,dest=/out/offhook.tar,rewrite-timestamp=true',
        ...inCommon,
      ],
    ]);
    const [[...loading] = []] = engineCommands('docker', { ...build, output: null });
    expect(loading).toContain('--load');
    expect(loading).not.toContain('--output');
  });

  it.each([
    ['podman', ['image', 'push']],
    ['buildah', ['push']],
  ] as const)('%s, to write the archive from its store', (engine, push) => {
    const platform = 'linux/arm64';
    expect(engineCommands(engine, { ...build, platforms: [platform] })).toEqual([
      [
        'build',
        '--format=oci',
        '--identity-label=false',
        '--timestamp=1700000000',
        '--ignorefile=/checkout/infra/image/Dockerfile.dockerignore',
        '--build-arg=BUILDPLATFORM=linux/amd64',
        '--build-arg=TARGETPLATFORM=linux/arm64',
        '--tag',
        'offhook:1.0.0',
        ...inCommon.map((argument) => (argument === 'linux/amd64' ? platform : argument)),
      ],
      [...push, 'offhook:1.0.0', 'oci-archive:/out/offhook.tar'],
    ]);
    expect(engineCommands(engine, { ...build, output: null })).toHaveLength(1);
  });

  it('several platforms, one after the other, as one list that does not stay', () => {
    const both = { ...build, platforms: ['linux/amd64', 'linux/arm64'] };
    const [amd64, arm64, ...rest] = engineCommands('buildah', both);
    for (const [command, platform] of [
      [amd64, 'linux/amd64'],
      [arm64, 'linux/arm64'],
    ] as const) {
      expect(command?.join(' ')).toContain(`--manifest offhook-list `);
      expect(command?.join(' ')).toContain(`--platform ${platform} `);
      expect(command).toContain(`--build-arg=TARGETPLATFORM=${platform}`);
    }
    expect(rest).toEqual([
      ['manifest', 'push', '--all', 'offhook-list', 'oci-archive:/out/offhook.tar'],
      ['manifest', 'rm', 'offhook-list'],
    ]);
    expect(engineCommands('docker', both)).toHaveLength(1);
  });
});

describe('the command line', () => {
  it('leaves to the Dockerfile and to the machine what it does not say', () => {
    expect(readImageOptions([])).toEqual({
      kind: 'options',
      options: { platforms: [] },
    });
    const both = ['--platform', 'linux/amd64,linux/arm64', '--output', 'a.tar'];
    expect(readImageOptions([...both, '--runtime-image', 'a@sha256:b'])).toMatchObject({
      options: { platforms: ['linux/amd64', 'linux/arm64'], runtimeImage: 'a@sha256:b' },
    });
    expect(readImageOptions(['--help'])).toEqual({ kind: 'help' });
  });

  it.each([
    [['--platform', 'linux/s390x'], '--platform must be linux/amd64 or linux/arm64, not "linux/s390x"'],
    [['--platform', 'linux/amd64,linux/arm64'], /^several platforms need --output/],
    [['--engine', 'kaniko'], '--engine must be docker or podman or buildah, not "kaniko"'],
    [['--node', 'node'], '--node must be an absolute path, not "node"'],
    [['--tga', 'x'], /Unknown option '--tga'/],
    [['offhook'], /Unexpected argument 'offhook'/],
  ])('refuses %j', (args, message) => {
    expect(readImageOptions(args)).toEqual({
      kind: 'mistake',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });
});
