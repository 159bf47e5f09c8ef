import { personDays } from './person_days/person-days.model';

/** A documented view whose rows a warehouse may hold: in parts that are replaced as a whole, each as one build made it. */
export interface LoadableView {
  /** The column that says which part a row belongs to. */
  readonly partColumn: string;
  /** Its type in ClickHouse. */
  readonly partType: 'Date' | 'String';
  /** A select of (part, build), both text: the parts that there are, each with its newest build. */
  readonly parts: string;
}

/** By name. A view of the days of a rollup is replaced by day. A run never changes, so it is its own build. */
export const LOADABLE_VIEWS: Readonly<Record<string, LoadableView>> = {
  [personDays.name]: {
    partColumn: 'day',
    partType: 'Date',
    parts: `select toString(day) as part, toString(build_id) as build from newest_builds where model = '${personDays.name}'`,
  },
  score_history: {
    partColumn: 'run_id',
    partType: 'String',
    parts: 'select run_id as part, run_id as build from score_runs',
  },
};
