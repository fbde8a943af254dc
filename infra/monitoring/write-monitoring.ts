import { writeFileSync } from 'node:fs';
import { monitoringFiles } from './monitoring-files.ts';

/** `npm run monitoring`: writes the dashboard and the alert rules, which are committed. */
for (const [name, content] of Object.entries(monitoringFiles())) {
  writeFileSync(new URL(`../${name}`, import.meta.url), content);
  process.stdout.write(`infra/${name}\n`);
}
