import { accountDays } from './account_days/account-days.model';
import { personDays } from './person_days/person-days.model';
import { sessions } from './sessions/sessions.model';

/** A documented view whose rows a warehouse may hold: in parts that are replaced as a whole, each as one build made it. */
export interface LoadableView {
  /** The column that says which part a row belongs to. */
  readonly partColumn: string;
  /** Its type in ClickHouse. */
  readonly partType: 'Date' | 'String';
  /** A select of (part, build), both text: the parts that there are, each with its newest build. */
  readonly parts: string;
}

const byDay = (parts: string): LoadableView => ({ partColumn: 'day', partType: 'Date', parts });

const buildsOf = (model: string): string =>
  `select toString(day) as part, toString(build_id) as build from newest_builds where model = '${model}'`;

/** A visit that goes on after midnight shows its beginning on another day: a day is made of its build and of what it shows of others. */
const BUILDS_OF_SESSIONS = `
select toString(builds.day) as part, concat(toString(builds.build_id), ' ', hex(beginnings.hash)) as build
from newest_builds as builds
left join (
  select
    day,
    groupBitXor(cityHash64(
      visitor_kind, visitor, started_at, visit_started_at,
      landing_page, channel, referrer_host, utm_source, utm_medium, utm_campaign
    )) as hash
  from sessions
  where is_continuation
  group by day
) as beginnings on beginnings.day = builds.day
where builds.model = '${sessions.name}'
settings join_use_nulls = 0`;

/** By name. A view of the days of a rollup is replaced by day. A run never changes, so it is its own build. */
export const LOADABLE_VIEWS: Readonly<Record<string, LoadableView>> = {
  [personDays.name]: byDay(buildsOf(personDays.name)),
  [sessions.name]: byDay(BUILDS_OF_SESSIONS),
  [accountDays.name]: byDay(buildsOf(accountDays.name)),
  score_history: {
    partColumn: 'run_id',
    partType: 'String',
    parts: 'select run_id as part, run_id as build from score_runs',
  },
};
