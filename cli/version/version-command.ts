import { defineCommand } from '../command/command.ts';
import { EXIT, MISTAKE } from '../command/exit-code.ts';
import { JSON_OBJECT } from '../options/json.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { version } from '../terminal/version.ts';

export const versionCommand = defineCommand({
  name: 'version',
  summary: 'print the version',
  about: 'Prints the version of Offhook, as --version and -v do; with --json that of Node, too.',
  options: { json: JSON_OBJECT },
  exitCodes: { 0: '', 2: MISTAKE },
  async run({ json }, { stdout }) {
    const found = version();
    stdout.write(json ? jsonLine({ offhook: found, node: process.versions.node }) : `offhook ${found}\n`);
    return EXIT.ok;
  },
});
