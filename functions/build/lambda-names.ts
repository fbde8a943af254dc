/** The Lambdas of a receiver. */
export type LambdaName = 'receiver' | 'handlers' | 'maintenance';

/** Where each Lambda's `index.mjs` is. */
export type LambdaDirectories = Readonly<Record<LambdaName, string>>;
