/**
 * Where the loaded history begins. `loading`: more of it is on its way; `complete`: there is none before; `full`: the
 * page holds as much as it can.
 */
export type LoadedHistory = {
  readonly fromMs: number;
  readonly state: 'partial' | 'loading' | 'complete' | 'full' | 'failed';
};
