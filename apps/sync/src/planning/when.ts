import { nextDeadline } from './deadline';

export type When =
  | {
      readonly do: 'plan';
      /** Models that the plan does not wait for any longer. */ readonly withoutWaitingFor: readonly string[];
    }
  | { readonly do: 'wait'; readonly for: readonly string[]; readonly until: number };

/**
 * When a set of runs is planned: as soon as no model of it has an open tick. It is waited for at most until `latest` (HH:MM in
 * `zone`) after the newest of these ticks, so that what was missed is caught up first, or so long before the deadline as the calls take.
 */
export function whenToPlan(options: {
  /** Of the mapping's models and the audience's. */
  readonly openTicks: ReadonlyMap<string, readonly number[]>;
  readonly now: number;
  readonly latest: string;
  readonly deadline: string;
  readonly zone: string;
  /** What the object's calls took by forecast when it was planned last, milliseconds. */
  readonly takesMs: number;
}): When {
  const { openTicks, now, latest, deadline, zone, takesMs } = options;
  const open = [...openTicks].filter(([, ticks]) => ticks.length > 0);
  const models = open.map(([model]) => model);
  if (open.length === 0) return { do: 'plan', withoutWaitingFor: [] };
  const newest = Math.max(...open.flatMap(([, ticks]) => ticks));
  const byClock = nextDeadline(newest, latest, zone);
  const byForecast = nextDeadline(newest, deadline, zone) - takesMs;
  const until = Math.min(byClock, byForecast);
  return now >= until ? { do: 'plan', withoutWaitingFor: models } : { do: 'wait', for: models, until };
}
