import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** As distroless has it: Node, what it is linked with, and nothing that starts programs. */
const RUNTIME_PACKAGES = ['libc6', 'libgcc-s1', 'libstdc++6', 'netbase'];
/** What `RUN` and npm ask for. */
const BUILD_PACKAGES = ['dash', 'coreutils'];
const BUILD_FILES = /^\/(usr\/)?bin\/(sh|dash|env)$/;
/** Large, and nothing that Node opens. */
const SUPERFLUOUS = /^\/usr\/(share|lib\/[^/]+\/(gconv|audit))(\/|$)/;
const NODE = 'nodejs/bin/node';

/**
 * Lays out the two bases that the image is built from, as small as they can be, from this machine's own Debian
 * packages, the Node that runs the tests and its npm. No registry of images is asked.
 */
export function layOutBases(directory: string): { readonly runtime: string; readonly build: string } {
  const runtime = layOutRuntime(join(directory, 'runtime'));
  const build = layOutRuntime(join(directory, 'build'));
  copyFiles(
    build,
    filesOf(BUILD_PACKAGES).filter((file) => BUILD_FILES.test(file)),
  );
  symlinkSync(`/${NODE}`, join(build, 'usr/bin/node'));
  const npm = dirname(dirname(realpathSync(execFileSync('which', ['npm'], { encoding: 'utf8' }).trim())));
  mkdirSync(join(build, 'usr/lib/node_modules'), { recursive: true });
  execFileSync('cp', ['-rL', npm, join(build, 'usr/lib/node_modules/npm')]);
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(build, 'usr/bin/npm'));
  mkdirSync(join(build, 'root'));
  return { runtime, build };
}

function layOutRuntime(root: string): string {
  for (const folder of [
    'usr/bin',
    'usr/lib',
    'usr/lib64',
    'etc',
    'proc',
    'dev',
    'sys',
    'run',
    dirname(NODE),
  ]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  mkdirSync(join(root, 'tmp'), { mode: 0o777 });
  for (const name of ['bin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name));
  copyFiles(root, filesOf(RUNTIME_PACKAGES));
  copyFileSync(process.execPath, join(root, NODE));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/sbin/nologin\n');
  return root;
}

function filesOf(packages: readonly string[]): readonly string[] {
  return execFileSync('dpkg', ['-L', ...packages], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => file.startsWith('/') && file !== '/.' && !SUPERFLUOUS.test(file));
}

/** Through tar, which keeps symbolic links; folders come with the files in them. */
function copyFiles(root: string, files: readonly string[]): void {
  const list = files.map((file) => `.${file}`).join('\n');
  const archive = execFileSync('tar', ['-C', '/', '-c', '--no-recursion', '-T', '-'], {
    input: list,
    maxBuffer: 1 << 28,
  });
  execFileSync('tar', ['-C', root, '-x', '--keep-directory-symlink'], { input: archive });
}
