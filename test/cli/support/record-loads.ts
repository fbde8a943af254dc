import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** For `--import`: writes the address of each module that the process loads to the file that LOADS_FILE names, a line each. */
const file = process.env.LOADS_FILE ?? '';

registerHooks({
  load(url, context, nextLoad) {
    appendFileSync(file, `${url}\n`);
    return nextLoad(url, context);
  },
});
