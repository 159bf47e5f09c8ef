import type { Account, Person, Signal } from '@millrace/contract-signal';

import { createCompany, type Casting } from './company';
import { createPastCalendar } from './past-calendar';
import { playCustomer, PAST_CUSTOMERS, type CustomerStory } from './past-customers';
import { JOURNEYS, playJourney, tellJourneys, type JourneyStory } from './past-journeys';
import { LEAD, playLead, type MoveStory } from './past-lead';
import type { PastStage } from './past-stage';
import { createRandom } from './random';

export interface PastOptions {
  readonly seed: number;
  /** The company's IANA zone: weeks, months and days follow it. */
  readonly zone: string;
  /** An instant of the night from which scores look back, epoch milliseconds. */
  readonly lastNight: number;
  /** How many accounts there are besides: those of the past are numbered from there. */
  readonly after: number;
}

/**
 * Months that lie behind: customers whose use goes on or falls, journeys to conversions of the newest whole month, and a lead whose
 * score moves between the last two nights. It is thin: one hour of one day a week.
 */
export interface Past {
  readonly accounts: readonly Account[];
  readonly people: readonly Person[];
  /** As teams would bring their history in: straight to Kafka, in order of occurred_at. */
  readonly signals: readonly Signal[];
  /** The newest whole month, such as 2026-10: that of the journeys. */
  readonly month: string;
  /** What must be found. */
  readonly stories: {
    readonly customers: readonly CustomerStory[];
    readonly journeys: readonly JourneyStory[];
    readonly moves: readonly MoveStory[];
  };
}

/** Pure: the same options give the same past. */
export function createPast({ seed, zone, lastNight, after }: PastOptions): Past {
  const calendar = createPastCalendar(lastNight, zone);
  const castings = [...PAST_CUSTOMERS.map(({ casting }) => casting), ...JOURNEYS.map(({ casting }) => casting), LEAD];
  const stages = castings.map((casting, index) => stageOf(casting, index));
  const customers = PAST_CUSTOMERS.map((customer, index) => playCustomer(customer, stages[index] as PastStage));
  const ofJourneys = stages.slice(PAST_CUSTOMERS.length);
  const journeys = JOURNEYS.map((journey, index) => playJourney(journey, ofJourneys[index] as PastStage));
  const lead = playLead(stages.at(-1) as PastStage);
  return {
    accounts: stages.map(({ company }) => company.account),
    people: stages.flatMap(({ company }) => company.visitors.map(({ person }) => person)),
    signals: [...customers.flatMap(({ signals }) => signals), ...journeys.flat(), ...lead.signals].sort(
      (a, b) => a.occurred_at - b.occurred_at,
    ),
    month: calendar.month,
    stories: {
      customers: customers.map(({ story }) => story),
      journeys: tellJourneys(calendar.month),
      moves: [lead.story],
    },
  };

  function stageOf(casting: Casting, index: number): PastStage {
    return {
      company: createCompany(after + index, seed, lastNight, casting),
      random: createRandom(seed).fork(`past ${index}`),
      calendar,
    };
  }
}
