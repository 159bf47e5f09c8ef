import { createHash } from 'node:crypto';

import { modelsOf, type ObjectMapping } from '../destinations/destination-file';
import type { LoggedRun, RunIndex } from './run-index';

/** The runs that a plan is made of: of each model that a mapping names, and of the one that says who exists. */
export interface RunSet {
  readonly audience: LoggedRun;
  /** Of the mapping's models, by name; one that never ran is not there. */
  readonly runs: ReadonlyMap<string, LoggedRun>;
  /** The member that was decided last. */
  readonly newest: LoggedRun;
  /** Models of the mapping that never ran: they contribute no field. */
  readonly neverRan: readonly string[];
  /** Of the set and the mapping: the key of its plan. */
  readonly hash: string;
}

/** Undefined as long as nobody said who exists, or none of the mapping's models has run. */
export function runSetOf(
  mapping: ObjectMapping,
  audienceModel: string,
  index: Pick<RunIndex, 'current'>,
): RunSet | undefined {
  const models = modelsOf(mapping);
  const audience = index.current(audienceModel);
  const runs = new Map(
    models.flatMap((model): [string, LoggedRun][] => {
      const current = index.current(model);
      return current === undefined ? [] : [[model, current]];
    }),
  );
  if (audience === undefined || runs.size === 0) return undefined;
  const members = [audience, ...runs.values()];
  const newest = members.reduce((last, member) => (member.offset > last.offset ? member : last));
  const content = JSON.stringify([mapping, members.map(({ run }) => run.run_id).sort()]);
  return {
    audience,
    runs,
    newest,
    neverRan: models.filter((model) => !runs.has(model)),
    hash: createHash('sha256').update(content).digest('hex').slice(0, 32),
  };
}
