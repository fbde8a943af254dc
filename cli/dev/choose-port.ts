import { once } from 'node:events';
import { createServer } from 'node:net';

/** The wanted port on loopback if it is free, otherwise 0: any free one. */
export async function choosePort(wanted: number): Promise<number> {
  const probe = createServer();
  try {
    probe.listen(wanted, '127.0.0.1');
    await once(probe, 'listening');
    return wanted;
  } catch {
    return 0;
  } finally {
    probe.close();
  }
}
