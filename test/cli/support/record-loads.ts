import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/**
 * For `--import`: writes the address of each module that the process loads to the file that LOADS_FILE names, a line each;
 * and, when the process ends, what it had loaded of Node.
 */
const file = process.env.LOADS_FILE ?? '';

registerHooks({
  load(url, context, nextLoad) {
    appendFileSync(file, `${url}\n`);
    return nextLoad(url, context);
  },
});

process.on('exit', () => {
  const parts: readonly string[] = Reflect.get(process, 'moduleLoadList');
  appendFileSync(file, `${parts.join('\n')}\n`);
});
