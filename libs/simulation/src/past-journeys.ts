import type { Signal } from '@millrace/contract-signal';

import type { Casting, Visitor } from './company';
import { opportunity, publish } from './direct';
import { browserOf } from './moment';
import type { PastStage } from './past-stage';
import { ARRIVALS, PAGES, PLACES, ROLES, SITE, type Arrival, type Place } from './vocabulary';

const MINUTE_MS = 60_000;
/** How visits by a channel arrive. An e-mail is a click, a campaign what the CRM notes of it. */
const VISITS: Readonly<Partial<Record<Channel, Arrival>>> = {
  paid_search: ARRIVALS[0] as Arrival,
  organic: ARRIVALS[1] as Arrival,
  social: ARRIVALS[3] as Arrival,
  referral: ARRIVALS[4] as Arrival,
};

type Channel = 'paid_search' | 'organic' | 'social' | 'referral' | 'email' | 'campaign';
type Conversion = 'opportunity_created' | 'opportunity_won' | 'trial_started';

/** Credit that accounts' journeys of the month must give at least; a conversion that nothing led to is due to `(none)`. */
export interface JourneyStory {
  readonly month: string;
  readonly conversion: Conversion;
  readonly conversions: number;
  /** Channel -> conversions, by the first and by the last touch. */
  readonly first: Readonly<Record<string, number>>;
  readonly last: Readonly<Record<string, number>>;
  readonly text: string;
}

interface Journey {
  readonly casting: Casting;
  /** The earliest first, a week apart; the last one is a week before the conversion. */
  readonly touches: readonly Channel[];
  readonly conversions: readonly Conversion[];
  /** Of the opportunity, in US dollars. */
  readonly amount: number;
}

const CASTING: Casting = {
  tier: 'mid',
  employees: 260,
  industry: 'software',
  place: PLACES[0] as Place,
  isTarget: false,
  plan: null,
  roles: ROLES.slice(5, 6),
};
const journey = (touches: readonly Channel[], conversions: readonly Conversion[], amount: number): Journey => ({
  casting: CASTING,
  touches,
  conversions,
  amount,
});

/** One account each. */
export const JOURNEYS: readonly Journey[] = [
  journey(['paid_search', 'email'], ['opportunity_created', 'opportunity_won'], 24_000),
  journey(['paid_search', 'referral'], ['opportunity_created'], 18_000),
  journey(['organic', 'campaign'], ['opportunity_created', 'opportunity_won'], 36_000),
  journey(['social', 'email'], ['opportunity_created'], 12_000),
  journey([], ['opportunity_created'], 15_000),
  journey(['organic', 'paid_search'], ['trial_started'], 0),
  journey(['referral'], ['trial_started'], 0),
];

function touch({ company, random }: PastStage, visitor: Visitor, channel: Channel, at: number): Signal[] {
  const subject = { company, visitor };
  if (channel === 'email') return [publish(random, 'email', 'email_clicked', at, subject)];
  if (channel === 'campaign') return [publish(random, 'crm', 'campaign_responded', at, subject)];
  const arrival = VISITS[channel];
  const { userAgent } = browserOf(visitor, true);
  return PAGES.slice(0, 2).map(({ path }, page) => {
    const url = `${SITE}${path}${page === 0 ? (arrival?.query ?? '') : ''}`;
    const referrer = page === 0 ? (arrival?.referrer ?? null) : `${SITE}/`;
    return publish(random, 'website', 'page_viewed', at + page * MINUTE_MS, subject, {
      url,
      referrer,
      user_agent: userAgent,
    });
  });
}

/** Touches before the second Tuesday of the month, then the conversion; a deal is won on the fourth. */
export function playJourney({ touches, conversions, amount }: Journey, stage: PastStage): Signal[] {
  const { company, random, calendar } = stage;
  const visitor = company.visitors[0] as Visitor;
  const convertsAt = calendar.tuesdayOfMonth(2);
  const signals = touches.flatMap((channel, index) =>
    touch(stage, visitor, channel, calendar.tuesdayOfMonth(2 - touches.length + index)),
  );
  if (conversions.includes('trial_started')) {
    signals.push(publish(random, 'product', 'trial_started', convertsAt, { company, visitor }));
    return signals;
  }
  const isWon = conversions.includes('opportunity_won');
  const steps = [0, 10, 20].map((minutes) => convertsAt + minutes * MINUTE_MS);
  const days = isWon ? [...steps, calendar.tuesdayOfMonth(4)] : steps;
  return [...signals, ...opportunity(random, company, visitor, days, { amount, isWon })];
}

const NAMES: Readonly<Record<Conversion, string>> = {
  opportunity_created: 'opportunities were created',
  opportunity_won: 'opportunities were won',
  trial_started: 'trials began',
};

/** What the journeys must say, one story for each kind of conversion. */
export function tellJourneys(month: string): JourneyStory[] {
  return (Object.keys(NAMES) as Conversion[]).map((conversion) => {
    const paths = JOURNEYS.filter(({ conversions }) => conversions.includes(conversion)).map(({ touches }) => touches);
    const count = (channels: readonly (Channel | undefined)[]): Record<string, number> =>
      channels
        .map((channel) => channel ?? '(none)')
        .reduce<Record<string, number>>((counted, name) => ({ ...counted, [name]: (counted[name] ?? 0) + 1 }), {});
    return {
      month,
      conversion,
      conversions: paths.length,
      first: count(paths.map((touches) => touches[0])),
      last: count(paths.map((touches) => touches.at(-1))),
      text: `${paths.length} ${NAMES[conversion]} in ${month}, by known channels.`,
    };
  });
}
