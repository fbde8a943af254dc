import { createInterface } from 'node:readline';
import { createLocalCluster } from '../../../infra/local/cluster.ts';

/**
 * The embedded cluster in a process of its own, which a test can stop and let go on: prints its URL; each line of
 * standard input is the manifest of a Pod to create. The address to listen on can be given.
 */
const cluster = await createLocalCluster({ host: process.argv[2] });
process.stdout.write(`${cluster.url}\n`);
for await (const line of createInterface({ input: process.stdin })) cluster.applyManifest(JSON.parse(line));
await cluster.close();
