import type { Signal } from '@millrace/contract-signal';

import { deals, directDay, productDay, websiteDay, type Crowd } from './background';
import { createMidnights, listDays, type SimulatedDay } from './calendar';
import { createNetwork } from './imperfections';
import { countLedger } from './ledger';
import type { Moment } from './moment';
import { createRandom, type Random } from './random';
import type { Simulation, SimulatedEvent, SimulationLedger, SimulationOptions } from './simulation';
import { castCompany, playScript, SCRIPTS } from './stories';

const FEWEST_ACCOUNTS = 12;
/** A day in any zone has begun and ended within this long around the company's. */
const ZONE_SPREAD_MS = 15 * 3_600_000;

/**
 * A seeded company and everything its people do in `days` days. Pure: the same options give the same result.
 * Throws RangeError for options that leave no room for the stories.
 */
export function createSimulation(options: SimulationOptions): Simulation {
  checkOptions(options);
  const { seed, endsAt, zone } = options;
  const random = createRandom(seed);
  const midnight = createMidnights();
  const days = listDays(endsAt, options.days, zone);
  const wholeDays = days.filter((day) => day.endsAt <= endsAt);
  const companies = Array.from({ length: options.accounts }, (_, index) => castCompany(index, seed, endsAt));
  const plots = SCRIPTS.map((_, index) =>
    playScript(index, {
      company: companies[index] as (typeof companies)[number],
      random: random.fork(`story ${index}`),
      days: wholeDays,
      midnight,
    }),
  );
  const others = companies.slice(SCRIPTS.length);
  const crowd: Crowd = {
    prospects: others.filter((company) => !company.isCustomer),
    customers: others.filter((company) => company.isCustomer),
    signalsPerDay: options.signalsPerDay,
    midnight,
  };
  const made = deals(random.fork('deals'), crowd, wholeDays);
  const startsAt = days[0]?.startsAt ?? endsAt;
  const isInside = (at: number): boolean => at >= startsAt && at < endsAt;
  const told = [...plots.flatMap((plot) => plot.moments), ...made.moments];

  const events: Iterable<SimulatedEvent> = {
    *[Symbol.iterator]() {
      const moments = momentsInOrder(random, crowd, days, told);
      const send = createNetwork(random.fork('network'), endsAt);
      let waiting: SimulatedEvent[] = [];
      for (const { until, batch } of moments) {
        const sent = batch.filter((moment) => isInside(moment.at)).flatMap(send);
        waiting = [...waiting, ...sent].sort((a, b) => a.sentAt - b.sentAt);
        const split = waiting.findIndex((event) => event.sentAt >= until);
        yield* split === -1 ? waiting : waiting.slice(0, split);
        waiting = split === -1 ? [] : waiting.slice(split);
      }
      yield* waiting;
    },
  };
  const directSignals: Iterable<Signal> = {
    *[Symbol.iterator]() {
      const signals = [...plots.flatMap((plot) => plot.signals), ...made.signals];
      for (const day of days) signals.push(...directDay(random.fork(`direct ${day.date}`), crowd, day));
      yield* signals.filter((signal) => isInside(signal.occurred_at)).sort((a, b) => a.occurred_at - b.occurred_at);
    },
  };
  let ledger: SimulationLedger | undefined;
  return {
    accounts: companies.map((company) => company.account),
    people: companies.flatMap((company) => company.visitors.map((visitor) => visitor.person)),
    stories: plots.map((plot) => plot.story),
    events,
    directSignals,
    intentSignals: plots.flatMap((plot) => plot.intents).filter((signal) => isInside(signal.occurred_at)),
    get ledger() {
      return (ledger ??= countLedger(events, directSignals));
    },
  };
}

/** Day by day, in order of time; `until` says up to where nothing earlier can follow. */
function* momentsInOrder(
  random: Random,
  crowd: Crowd,
  days: readonly SimulatedDay[],
  told: readonly Moment[],
): Generator<{ readonly until: number; readonly batch: readonly Moment[] }> {
  let waiting: Moment[] = [...told];
  for (const day of days) {
    const drawn = random.fork(`day ${day.date}`);
    waiting = [...waiting, ...websiteDay(drawn, crowd, day), ...productDay(drawn, crowd, day)];
    waiting.sort((a, b) => a.at - b.at);
    const until = day.endsAt - ZONE_SPREAD_MS;
    const split = waiting.findIndex((moment) => moment.at >= until);
    yield { until, batch: split === -1 ? waiting : waiting.slice(0, split) };
    waiting = split === -1 ? [] : waiting.slice(split);
  }
  yield { until: Number.POSITIVE_INFINITY, batch: waiting };
}

function checkOptions(options: SimulationOptions): void {
  if (!Number.isInteger(options.days) || options.days < 1) throw new RangeError('days: a whole number from 1');
  if (options.accounts < FEWEST_ACCOUNTS) throw new RangeError(`accounts: at least ${FEWEST_ACCOUNTS}`);
  if (options.signalsPerDay < 0) throw new RangeError('signalsPerDay: 0 or more');
}
