import type { FakeTable } from './fake-dynamodb.ts';

const RECORD = ['stream', 'position', 'previousHash', 'hash', 'content'];

/** The two tables as they are deployed. */
export const TABLES: Readonly<Record<'claims' | 'audit', FakeTable>> = {
  claims: { hash: 'pk' },
  audit: {
    hash: 'pk',
    range: 'sk',
    indexes: {
      'by-time': { hash: 'day', range: 'at', projected: RECORD },
      'by-pod': { hash: 'pod', range: 'at', projected: RECORD },
    },
  },
};
