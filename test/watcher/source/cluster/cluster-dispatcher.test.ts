import { describe, expect, it, onTestFinished } from 'vitest';
import { createClusterDispatcher } from '../../../../watcher/source/cluster/cluster-dispatcher.ts';

const tls = { rejectUnauthorized: true, ca: 'one' };

function create() {
  const dispatcher = createClusterDispatcher({ kind: 'none' });
  onTestFinished(() => dispatcher.close());
  return dispatcher;
}

describe('the connection pool', () => {
  it('is kept while the certificates are the same', () => {
    const dispatcher = create();
    expect(dispatcher.for({ ...tls })).toBe(dispatcher.for({ ...tls }));
  });

  it('is replaced when the certificates change', () => {
    const dispatcher = create();
    expect(dispatcher.for({ ...tls, ca: 'two' })).not.toBe(dispatcher.for(tls));
  });

  it('is replaced after two errors in a row, not after one', () => {
    const dispatcher = create();
    const first = dispatcher.for(tls);
    dispatcher.failed();
    dispatcher.answered();
    dispatcher.failed();
    expect(dispatcher.for(tls)).toBe(first);
    dispatcher.failed();
    expect(dispatcher.for(tls)).not.toBe(first);
  });
});
