/** What a row gets to measure with. */
export type RowContext = {
  /** A new empty directory on a real disk; removed afterwards. */
  scratchDirectory(): string;
  /** How often to repeat; the median counts. */
  readonly rounds: number;
  /** How long changes come whose memory is measured. */
  readonly seconds: number;
  /** How long the audit trail is that is asked. */
  readonly records: number;
};

/** What everything in the benchmark is signed with. */
export const SIGNING_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export const CLUSTER = { name: 'bench', uid: '5a6f9d2e-0c1b-4f3a-9e7d-1b2c3d4e5f60' };

export const quietLog = { debug() {}, info() {}, warn() {} };
