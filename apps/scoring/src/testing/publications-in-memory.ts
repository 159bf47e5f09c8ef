import type { SettingsPublication } from '@millrace/contract-score';
import { RetryableError } from '@millrace/platform-errors';

import type { Publication, PublicationsLog } from '../connections/publications-log';

/** A log of one process; appends are at `clock()`. */
export function publicationsInMemory(clock: () => number = () => 1_000): PublicationsLog {
  const all: Publication[] = [];
  const of = (model: string): Publication[] => all.filter((one) => one.model === model);
  return {
    refresh: () => Promise.resolve(),
    of,
    all: () => all,
    append(publication: SettingsPublication, number) {
      if (of(publication.model).length > number) {
        return Promise.reject(new RetryableError('somebody was first', { code: 'DECISION_LOST' }));
      }
      const offset = all.length;
      all.push({ ...publication, number, offset, counts_from: publication.counts_from ?? clock() });
      return Promise.resolve(all[offset] as Publication);
    },
    assertReadable: () => undefined,
    stop: () => Promise.resolve(),
  };
}
