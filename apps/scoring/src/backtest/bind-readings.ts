import type { Reading } from '@millrace/catalog-models';
import type { BoundInput, RunPublished } from '@millrace/contract-score';
import { dayAt } from '@millrace/contract-window';

import type { Engine } from '../runs/engine';

export interface BoundReading {
  readonly reading: Reading;
  readonly bound: Readonly<Record<string, BoundInput>>;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Binds what a select reads as of an instant; of runs those that were tried for it. */
export async function bindReading(
  engine: Engine,
  reading: Reading,
  asOf: number,
  reads: readonly RunPublished[],
): Promise<BoundReading> {
  const { bound, params } = await engine.bind(reading, asOf, reads);
  const { date } = dayAt(asOf, engine.zone);
  return { reading, bound, params: { ...reading.params, ...params, as_of_date: date } };
}

/** Models whose run of the same instant a select reads. */
export const modelsOfRuns = ({ inputs }: Reading): string[] =>
  Object.values(inputs()).flatMap((input) => (input.from === 'run' ? [input.model] : []));
