import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/verify.md'), 'utf8');

/** The code of a language's section in docs/verify.md, block by block. */
export function blocksOf(language: string): string[] {
  const [, section = ''] = PAGE.split(`\n## ${language}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^```\w+\n(.*?)^```/gms)].map(([, code = '']) => code);
}

/** As the page says: the block takes the place of the line that imports the library. */
function inPlaceOfImport(receiver = '', block = ''): string {
  const lines = receiver.split('\n');
  const at = lines.findIndex((line) => /^(import|from) .*standardwebhooks/i.test(line));
  if (at < 0) throw new Error(`no import of the library: ${lines[0]}`);
  if (!lines[at]?.endsWith(';') || lines[at].includes("'")) return lines.toSpliced(at, 1, block).join('\n');
  // Java wants all imports first.
  const [imports, classes] = [/^import .*$/gm, /^class [\s\S]*/m].map((part) =>
    block.match(part)?.join('\n'),
  );
  return [...lines.toSpliced(at, 1, imports ?? ''), classes].join('\n');
}

/**
 * A receiver of the page.
 *
 * @property build what is run before, in its folder.
 * @property command which prints its port, as a line of its own or in what matches `port`.
 * @property needs a command that ends with 0 where the example can run.
 */
export type VerifyExample = {
  readonly name: string;
  readonly scheme: 'v1' | 'v1a';
  readonly files: Readonly<Record<string, string>>;
  readonly build?: readonly string[];
  readonly command: readonly string[];
  readonly port?: RegExp;
  readonly needs: readonly string[];
};

const [node = '', nodeV1a] = blocksOf('Node');
const [python = '', pythonV1, pythonV1a] = blocksOf('Python');
const [java, javaV1, javaV1a] = blocksOf('Java');
const [go = '', ...goBlocks] = blocksOf('Go');
const [ruby = '', ...rubyBlocks] = blocksOf('Ruby');
const [php = '', ...phpBlocks] = blocksOf('PHP');

/** What a Rack server does with `config.ru`, in the standard library. */
const RACK = `
require "socket"
require "stringio"
def run(app) = $app = app
load File.expand_path("config.ru")
server = TCPServer.new("127.0.0.1", 0)
puts server.addr[1]
$stdout.flush
loop do
  client = server.accept
  env = {}
  client.gets
  while (line = client.gets.to_s.chomp) != ""
    name, value = line.split(":", 2)
    env["HTTP_#{name.upcase.tr("-", "_")}"] = value.strip
  end
  env["rack.input"] = StringIO.new(client.read(env["HTTP_CONTENT_LENGTH"].to_i))
  status, = $app.call(env)
  client.write("HTTP/1.1 #{status} said\\r\\ncontent-length: 0\\r\\nconnection: close\\r\\n\\r\\n")
  client.close
end
`;

const PHP_NEEDS = 'exit(array_diff(["pdo_sqlite", "sodium"], get_loaded_extensions()) ? 1 : 0);';

const schemes = (blocks: readonly string[]) =>
  (['v1', 'v1a'] as const).map((scheme, index) => ({ scheme, block: blocks[index] ?? '' }));

const pythonOf = (code: string) => ({ files: { 'receive.py': code }, command: ['python3', 'receive.py'] });

/** Every example that a machine with its language can run. */
export const VERIFY_EXAMPLES: readonly VerifyExample[] = [
  ...schemes([node, inPlaceOfImport(node, nodeV1a)]).map(({ scheme, block }) => ({
    name: 'Node',
    scheme,
    files: { 'receive.mjs': block },
    command: [process.execPath, 'receive.mjs'],
    needs: ['true'],
  })),
  {
    name: 'Python with its library',
    scheme: 'v1',
    ...pythonOf(python),
    needs: ['python3', '-c', 'import standardwebhooks'],
  },
  {
    name: 'Python',
    scheme: 'v1',
    ...pythonOf(inPlaceOfImport(python, pythonV1)),
    needs: ['python3', '-c', 'import sqlite3'],
  },
  {
    name: 'Python',
    scheme: 'v1a',
    ...pythonOf(inPlaceOfImport(python, pythonV1a)),
    needs: ['python3', '-c', 'import cryptography'],
  },
  ...schemes([inPlaceOfImport(java, javaV1), inPlaceOfImport(java, javaV1a)]).map(({ scheme, block }) => ({
    name: 'Java',
    scheme,
    files: { 'Receive.java': block },
    command: ['java', 'Receive.java'],
    needs: ['javac', '--release', '17', '--version'],
  })),
  ...schemes(goBlocks).map(({ scheme, block }) => ({
    name: 'Go',
    scheme,
    files: { 'main.go': go, 'webhook.go': block, 'go.mod': 'module receive\n\ngo 1.19\n' },
    build: ['go', 'build', '-o', 'receive', '.'],
    command: ['./receive'],
    needs: ['go', 'version'],
  })),
  ...schemes(rubyBlocks).map(({ scheme, block }) => ({
    name: 'Ruby',
    scheme,
    files: { 'config.ru': ruby, 'webhook.rb': block, 'rack.rb': RACK },
    command: ['ruby', 'rack.rb'],
    needs: ['ruby', '-ropenssl', '-e', '0'],
  })),
  ...schemes(phpBlocks).map(({ scheme, block }) => ({
    name: 'PHP',
    scheme,
    files: { 'receive.php': php, 'webhook.php': block },
    command: ['php', '-S', '127.0.0.1:0', 'receive.php'],
    port: /Development Server \(http:\/\/127\.0\.0\.1:(\d+)\) started/,
    needs: ['php', '-r', PHP_NEEDS],
  })),
];

/** Why an example cannot run on this machine; null where it can. */
export function whyNot({ needs: [command = '', ...args] }: VerifyExample): string | null {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 60_000 });
    return null;
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return gone ? `no ${command} here` : `${[command, ...args].join(' ')} fails here`;
  }
}
