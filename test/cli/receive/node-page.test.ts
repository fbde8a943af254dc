import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { layOutPackage } from '../../../functions/build/npm/lay-out-package.ts';
import { postStop } from '../../functions/support/sample-events.ts';
import { deliver } from '../../functions/support/signed-post.ts';
import { blocksOf, fileOf } from '../../infra/install/page-script.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { until } from '../../support/until.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/node.md'), 'utf8');

/** What this test's user may not do, or what would reach out of the test; everything else is the real program. */
const PROGRAMS = {
  useradd: ':',
  chown: ':',
  // Modes stay, owners do not.
  install: 'exec /usr/bin/install "$1" -m "$3" "$8"',
  npm: 'for each; do shift; [ "$each" = offhook ] && each=$TARBALL; set -- "$@" "$each"; done; exec "$NPM" "$@"',
  // The receiver of the page runs on while the page goes on.
  runuser: `shift 3
case " $* " in
  *" --check "*) exec "$@" ;;
  *) "$@" > "$HOME/receiver.out" 2> "$HOME/receiver.err" & echo $! > "$HOME/receiver.pid"
     until grep -q 'is running' "$HOME/receiver.err"; do kill -0 $!; sleep 0.1; done ;;
esac`,
};

/** As `npm pack` makes it of the package; types that it depends on come from this checkout, not from the registry. */
async function packed(): Promise<string> {
  const directory = temporaryDirectory();
  const laidOut = join(directory, 'laid-out');
  await layOutPackage(laidOut);
  const file = join(laidOut, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const local = (name: string) => [name, `file:${join(ROOT, 'node_modules', name)}`];
  const dependencies = Object.fromEntries(Object.keys(manifest.dependencies).map(local));
  writeFileSync(file, JSON.stringify({ ...manifest, dependencies }));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', directory, laidOut]);
  const [tarball = ''] = readdirSync(directory).filter((name) => name.endsWith('.tgz'));
  return join(directory, tarball);
}

function section(title: string): string {
  const [, rest = ''] = PAGE.split(`\n## ${title}\n`);
  return rest.split('\n## ')[0] ?? '';
}

/** A machine of its own: its `/etc`, `/opt` and `/var/lib` are folders of the test. */
async function createMachine() {
  const root = temporaryDirectory();
  for (const name of ['bin', 'etc', 'opt', 'var/lib', 'home'])
    mkdirSync(join(root, name), { recursive: true });
  for (const [name, script] of Object.entries(PROGRAMS))
    writeFileSync(join(root, 'bin', name), `#!/bin/sh\nset -eu\n${script}\n`, { mode: 0o755 });
  const env = {
    PATH: [join(root, 'bin'), join(root, 'global/bin'), dirname(process.execPath), process.env.PATH].join(
      delimiter,
    ),
    HOME: join(root, 'home'),
    NPM: execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim(),
    TARBALL: await packed(),
    npm_config_prefix: join(root, 'global'),
    npm_config_offline: 'true',
  };
  const port = await freePort();
  const here = (text: string) =>
    text
      .replace(/(?<![\w.])\/(etc\/offhook|opt\/|var\/lib\/)/g, `${root}/$1`)
      .replaceAll('8787', String(port));
  const run = (script: string) => {
    const { status, stdout, stderr } = spawnSync('bash', ['-c', `set -eu\n${here(script)}`], {
      cwd: root,
      env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`the page’s script ended with ${status}:\n${stdout}${stderr}`);
    return stdout;
  };
  onTestFinished(() => {
    spawnSync('sh', ['-c', `kill -KILL "$(cat ${root}/home/receiver.pid)" 2>/dev/null`]);
  });
  return {
    run,
    here,
    port,
    at: (path: string) => here(path),
    log: () => readFileSync(join(root, 'home/receiver.err'), 'utf8'),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

it('docs/node.md leads from nothing to a receiver that takes events and runs handlers of one’s own', {
  timeout: 120_000,
}, async () => {
  const machine = await createMachine();
  let said = '';
  for (const block of blocksOf(section('From nothing to the first event'))) {
    if (block.language === 'sh') said += machine.run(block.text);
    else if (block.text.startsWith('# ')) writeFileSync(machine.at(fileOf(block)), machine.here(block.text));
  }
  expect(said).toMatch(/^offhook \d+\.\d+\.\d+$/m);
  expect(said).toMatch(/^handler audit: .*every event/m);
  expect(said).toMatch(/^202 stored in/m);
  const token = readFileSync(machine.at('/etc/offhook/page.token'), 'utf8').trim();
  const url = `http://127.0.0.1:${machine.port}`;
  const page = await fetch(`${url}/page.js`, { headers: { authorization: `Bearer ${token}` } });
  expect([page.status, page.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('javascript'),
  ]);
  const secret = readFileSync(machine.at('/etc/offhook/bridge.secret'), 'utf8').trim();
  const answer = await deliver(url, postStop({ key: 'page' }, 1, 'Error'), undefined, [secret]);
  expect(answer.status).toBe(202);
  await until('it is handled', () => /"handler":"audit".*"msg":"handled"/.test(machine.log()));

  const [commands, module] = blocksOf(section('Handlers')).filter(({ language }) => language !== 'yaml');
  machine.run(commands?.text ?? '');
  writeFileSync(machine.at('/opt/offhook-handlers/handlers.ts'), module?.text ?? '');
  const config = machine.at('/etc/offhook/offhook-receiver.yaml');
  cpSync(config, `${config}.own`);
  writeFileSync(
    `${config}.own`,
    `${readFileSync(config, 'utf8')}handlers: { module: ${machine.at('/opt/offhook-handlers/handlers.ts')} }\nvars: { CLEANUP_URL: x }\n`,
  );
  const check = 'offhook receive --check --config /etc/offhook/offhook-receiver.yaml.own';
  // Copies of the package are two: what is wrong with a variable is still told at its key.
  expect(() => machine.run(check)).toThrow(/ended with 2:[\s\S]*vars\.CLEANUP_URL: must be a URL/);
  writeFileSync(`${config}.own`, readFileSync(`${config}.own`, 'utf8').replace(/^vars.*\n/m, ''));
  const listed = machine.run(check);
  expect(listed).toMatch(/^handler pageOnCrash: postStop; namespace shop;/m);
  expect(listed).toMatch(/^The configuration is good\.$/m);
});

it('the unit of docs/node.md is not started again where only a person can mend it', () => {
  const unit = section('As a service');
  expect(unit).toMatch(/^Restart=on-failure$/m);
  expect(unit).toMatch(/^RestartPreventExitStatus=2$/m);
  expect(unit).toMatch(
    /^ExecStart=\/usr\/bin\/env offhook receive --config \/etc\/offhook\/offhook-receiver\.yaml$/m,
  );
  const graces = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]);
  // Handlers ten seconds, a last checkpoint five.
  expect(graces).toBeGreaterThanOrEqual(20);
});
