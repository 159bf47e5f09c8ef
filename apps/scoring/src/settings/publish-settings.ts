import { hashOf } from '@millrace/catalog-models';

import type { Publication, PublicationsLog } from '../connections/publications-log';

export interface ToPublish {
  readonly model: string;
  /** Every setting of its own, as the model's schema parsed it. */
  readonly own: object;
  readonly author: string;
  readonly note: string;
  /** Epoch milliseconds; left out: from when the broker has it. */
  readonly countsFrom?: number | undefined;
  /** The number that it gets: one more than that of what its author saw live. */
  readonly number: number;
  /** Epoch milliseconds, by the clock here. */
  readonly now: number;
}

/** The number of the next publication. */
export const nextNumber = (publications: readonly Publication[]): number => (publications.at(-1)?.number ?? -1) + 1;

/** Writes the decision. Throws DECISION_LOST naming who was first. */
export const publishSettings = (log: PublicationsLog, given: ToPublish): Promise<Publication> => {
  const { model, own, author, note, countsFrom, number, now } = given;
  return log.append(
    {
      kind: 'settings',
      v: 1,
      model,
      settings: { ...own },
      hash: hashOf(own),
      author,
      note,
      published_at: now,
      ...(countsFrom === undefined ? {} : { counts_from: countsFrom }),
    },
    number,
  );
};
