import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { artifactNames, CHARTS, IMAGE } from '../../../infra/release/artifacts/artifact-names.ts';
import { parseSigningSecret } from '../../../protocol/signature/signing-secret.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runOffhook } from '../../support/offhook-process.ts';
import { renderChart, type Values } from '../helm/render-chart.ts';
import { renderFolder } from '../kustomize/render-kustomization.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { podsOf } from '../manifests/pods-of.ts';
import { layOutPod } from '../running/lay-out-pod.ts';
import { helm, kubectl, succeeded } from '../tools/kubernetes-tools.ts';
import { commandWords } from './command-words.ts';
import { type Call, type Followed, followPage } from './follow-page.ts';
import { kubectlFaults } from './kubectl-faults.ts';
import { blocksOf, fileOf } from './page-script.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PAGE = readFileSync(join(ROOT, 'docs/install.md'), 'utf8');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const OVERLAY = 'offhook-kustomize/overlays/mine';

const root = mkdtempSync(join(tmpdir(), 'offhook-install-'));
let followed: Followed;
let rendering: Promise<readonly Manifest[]> | undefined;
beforeAll(() => {
  followed = followPage(PAGE, root);
});
afterAll(() => rmSync(root, { recursive: true }));

const callsOf = (program: string) => followed.calls.filter((call) => call.program === program);
const typed = ({ program, args }: Call) => [program, ...args].join(' ');

describe('whoever follows docs/install.md line by line', () => {
  it('gets through, and has run what is on it', () => {
    expect(callsOf('helm').length).toBeGreaterThan(8);
    expect(callsOf('kubectl').length).toBeGreaterThan(25);
    expect(followed.calls.filter((call) => typed(call).includes('$'))).toEqual([]);
  });

  it('has Helm render what each install and upgrade says', async () => {
    const calls = callsOf('helm').filter(({ values }) => values !== null);
    expect(calls.length).toBeGreaterThan(4);
    for (const call of calls) {
      const { words, options } = commandWords(call.args);
      expect(words, typed(call)).toEqual([
        expect.stringMatching(/^(?:install|upgrade)$/),
        'offhook',
        `oci://${CHARTS}/offhook`,
      ]);
      expect(options.get('--version')).toBe(version);
      expect(options.get('--namespace')).toBe('offhook');
      expect((await renderCall(call)).length, typed(call)).toBeGreaterThan(4);
    }
  });

  it('has values in every example that the chart takes', async () => {
    const values = blocksOf(PAGE).filter(
      (block) => block.language === 'yaml' && /values\.yaml$/.test(fileOf(block)),
    );
    expect(values.length).toBeGreaterThan(4);
    for (const { text } of values)
      expect((await renderChart(parse(text) as Values)).length, text).toBeGreaterThan(3);
  });

  it('names objects, selectors, ports and files that what is installed has', async () => {
    const installed = await everythingRendered();
    const faults = callsOf('kubectl').flatMap((call) =>
      kubectlFaults(call.args, installed).map((fault) => `${typed(call)}: ${fault}`),
    );
    expect(faults).toEqual([]);
  });

  it.each([
    [['rollout', 'status', 'deployment/offhook'], 'no deployment/offhook'],
    [
      ['exec', 'offhook-1', '--', 'offhook', 'journal', 'status', '--config', '/etc/offhook/offhook.yaml'],
      'no pod/offhook-1',
    ],
    [
      ['exec', 'offhook-0', '--', 'offhook', 'journal', 'status', '--config', '/etc/offhook.yaml'],
      'no container reads /etc/offhook.yaml',
    ],
    [['exec', 'offhook-0', '--', 'offhook', 'journal', 'status'], 'no --config'],
    [
      ['get', 'pvc', '-l', 'app.kubernetes.io/instance=other'],
      'no claim with app.kubernetes.io/instance=other',
    ],
    [['port-forward', 'service/offhook-receiver', '80:8080'], 'service/offhook-receiver has no port 80:8080'],
    [['drain', 'node1'], 'a form that this test does not know: drain node1'],
  ])('would be led astray by kubectl %j, and this test sees it', async (args, fault) => {
    expect(kubectlFaults(args, await everythingRendered())).toContain(fault);
  });

  it('uses commands and options that helm and kubectl have', async () => {
    const wanted = new Map<string, Set<string>>();
    for (const { program, args } of [...callsOf('helm'), ...callsOf('kubectl')]) {
      const { words, options } = commandWords(args);
      const verbs =
        /^(?:create secret (?:generic|tls)|create namespace|rollout \w+)/.exec(words.join(' '))?.[0] ??
        words[0];
      const key = `${program} ${verbs}`;
      const long = [...options.keys()].filter((name) => name.startsWith('--'));
      wanted.set(key, new Set([...(wanted.get(key) ?? []), ...long]));
    }
    expect(wanted.size).toBeGreaterThan(15);
    for (const [key, options] of wanted) {
      const [program, ...verbs] = key.split(' ');
      const help = await succeeded((program === 'helm' ? helm : kubectl)(...verbs, '--help'));
      for (const option of options) expect(help, key).toMatch(new RegExp(`${option}\\b`));
    }
  });

  it.each([
    ['watch', 'StatefulSet/offhook'],
    ['receive', 'StatefulSet/offhook-receiver'],
  ])('gets a configuration that `offhook %s` takes, with Helm and with kustomize', async (command, owner) => {
    const [install] = callsOf('helm');
    const secrets = await secretsMade();
    for (const manifests of [await renderCall(install), await renderFolder(join(followed.folder, OVERLAY))]) {
      const pod = podsOf(manifests).find(({ of }) => of === owner);
      if (pod === undefined) throw new Error(`no ${owner}`);
      const { args } = layOutPod(pod, { manifests, secrets, root: temporaryDirectory() });
      expect(args[0]).toBe(command);
      expect(await runOffhook([...args, '--check'])).toMatchObject({ code: 0 });
    }
  });

  it('has the watcher of kustomize trust the certificate that was made for the receiver’s name', async () => {
    const manifests = await renderFolder(join(followed.folder, OVERLAY));
    const watcher = podsOf(manifests).find(({ of }) => of === 'StatefulSet/offhook');
    const [container] = watcher?.spec.containers ?? [];
    const file = container?.env?.find(({ name }) => name === 'NODE_EXTRA_CA_CERTS')?.value;
    const directory = temporaryDirectory();
    if (watcher === undefined) throw new Error('no watcher');
    layOutPod(watcher, { manifests, secrets: await secretsMade(), root: directory });
    expect(readFileSync(join(directory, String(file)), 'utf8')).toContain('BEGIN CERTIFICATE');
    expect(callsOf('kubectl').map(typed)).toContain(`kubectl apply -k ${OVERLAY}`);
  });

  it('verifies what the release signs, under the workflow’s name', () => {
    const identity = `https://github.com/offhook/offhook/.github/workflows/release.yaml@refs/tags/v${version}`;
    const calls = callsOf('cosign');
    expect(calls.map(({ args }) => args.slice(0, 2))).toEqual([
      ['verify', `${IMAGE}:${version}`],
      ['verify', `${CHARTS}/offhook:${version}`],
      ['verify-blob', 'SHA256SUMS'],
    ]);
    for (const { args } of calls)
      expect(commandWords(args).options.get('--certificate-identity')).toBe(identity);
    expect(existsSync(join(ROOT, '.github/workflows/release.yaml'))).toBe(true);
  });

  it('takes files along that a release has', () => {
    const names = artifactNames(version);
    const files = followed.calls.map(typed).join('\n');
    expect(files).toContain(`oci-archive:${names.image} `);
    expect(files).toContain(`helm push ${names.chart} `);
    expect(files).toContain(`/releases/download/v${version}/${names.kustomize}`);
  });
});

it('the secret that the page makes with openssl is one', () => {
  const text = readFileSync(join(followed.folder, 'bridge.secret'), 'utf8').trim();
  expect(parseSigningSecret(text).kind).toBe('v1');
});

function renderCall(call: Call | undefined): Promise<Manifest[]> {
  const { options } = commandWords(call?.args ?? []);
  const [key, value] = options.get('--set')?.split('=') ?? [];
  const set = key === undefined ? {} : { [key]: Number(value) || value };
  return renderChart({ ...(parse(call?.values ?? '') as Values), ...set });
}

/** All that anybody on the page has installed, rendered once. */
function everythingRendered(): Promise<readonly Manifest[]> {
  rendering ??= renderEverything();
  return rendering;
}

async function renderEverything(): Promise<readonly Manifest[]> {
  const rendered = await Promise.all(
    callsOf('helm')
      .filter(({ values }) => values !== null)
      .map(renderCall),
  );
  return [...rendered.flat(), ...(await renderFolder(join(followed.folder, OVERLAY)))];
}

/** The Secrets of the page, made by kubectl itself. */
async function secretsMade(): Promise<Record<string, Record<string, string>>> {
  const calls = callsOf('kubectl').filter(({ args }) => args.includes('secret'));
  const made = calls.map(async ({ args }) => {
    const here = args.map((arg) =>
      arg.replace(/=([\w.]+\.(?:secret|token|crt|key))$/, `=${followed.folder}/$1`),
    );
    const secret = JSON.parse(await succeeded(kubectl(...here, '--dry-run=client', '-o', 'json')));
    const data = Object.entries(secret.data as Record<string, string>);
    return [
      secret.metadata.name,
      Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()])),
    ];
  });
  return Object.fromEntries(await Promise.all(made));
}
