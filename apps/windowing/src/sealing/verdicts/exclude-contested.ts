import { readFragment, readQuery } from '../read-query';
import type { StepContext } from '../attempt/step-context';

/** Landed rows of offsets that a step decided to be quarantined. */
export interface Contested {
  readonly rows: number;
  readonly first_offset: number;
  readonly last_offset: number;
}

/** Rows that the step would take although they are decided: landed again, under other settings, after their step. */
export async function readContested({ clickhouse, params, pieces, proposal }: StepContext): Promise<Contested> {
  const none = { rows: 0, first_offset: 0, last_offset: 0 };
  if (proposal.rebuild !== undefined) return none;
  return (await clickhouse.queryOne<Contested>(readQuery('select-contested', pieces), params)) ?? none;
}

/** The same step without the rows that are decided to be quarantined. Costs nothing when there are none, as is usual. */
export function excludeContested(context: StepContext, contested: Contested): StepContext {
  if (contested.rows === 0) return context;
  const { pieces, params } = context;
  const notQuarantined = readFragment('not-quarantined');
  const without = (condition: string | undefined): string => `(${condition ?? '1'} and ${notQuarantined})`;
  return {
    ...context,
    pieces: {
      ...pieces,
      below_vector: without(pieces['below_vector']),
      between_vectors: without(pieces['between_vectors']),
    },
    params: { ...params, contested_first: contested.first_offset, contested_last: contested.last_offset },
  };
}
