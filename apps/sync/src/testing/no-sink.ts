import type { Sink } from '@millrace/catalog-destinations';

/** For kinds that are called by HTTP only. */
export const NO_SINK: Sink = {
  transaction: () =>
    Promise.resolve({ kind: 'failure', wasSent: false, isForbidden: true, detail: 'This process reaches no database' }),
};
