import type { Signal } from '@millrace/contract-signal';

import { workingOffset, type SimulatedDay } from './calendar';
import { createCompany, isWatched, type Casting, type Company, type Visitor } from './company';
import { opportunity, publish, surge } from './direct';
import { browserOf, identify, joinAccount, track, visit, type Moment, type Page } from './moment';
import type { Random } from './random';
import type { Story } from './simulation';
import {
  ACTIVATION_FEATURES,
  ARRIVALS,
  FEATURES,
  PAGES,
  PLACES,
  PRICING,
  ROLES,
  type Place,
  type Role,
} from './vocabulary';

/** What a plot has to work with. `days` are whole days; only the last may be the last one a nightly run sees. */
interface Stage {
  readonly company: Company;
  readonly random: Random;
  readonly days: readonly SimulatedDay[];
  readonly midnight: (date: string, zone: string) => number;
}

interface Plot {
  readonly story: Story;
  readonly moments: readonly Moment[];
  readonly signals: readonly Signal[];
  readonly intents: readonly Signal[];
}

interface Script {
  readonly kind: Story['kind'];
  readonly casting: Casting;
  readonly play: (
    stage: Stage,
  ) => Omit<Plot, 'story' | 'intents'> & Partial<Pick<Plot, 'intents'>> & Pick<Story, 'turnsAt' | 'text'>;
}

const place = (index: number): Place => PLACES[index] as Place;
const role = (title: string): Role => ROLES.find((candidate) => candidate.title === title) as Role;
const BLOG = PAGES[4];
const PRODUCT = PAGES[1];
const CUSTOMERS = PAGES[2];
const HOME = PAGES[0];
const COMMITTEE = ['Director of Revenue Operations', 'VP Marketing', 'Chief Revenue Officer'].map(role);

const EXPECTED: Readonly<Record<Story['kind'], Story['expect']>> = {
  committee_requests_demo: 'mql',
  champion_requests_demo: 'mql',
  trial_activates: 'pql',
  target_on_pricing: 'urgent',
  customer_goes_quiet: 'at_risk',
  customer_expands: 'healthy',
  account_researches: 'surging',
};

/** The `back`-th working day before the last one; with too little history, the first there is. */
function workday(stage: Stage, back: number): SimulatedDay {
  const working = stage.days.filter((day) => day.isWorkday);
  const days = working.length > 0 ? working : stage.days;
  return days[Math.max(0, days.length - 1 - back)] as SimulatedDay;
}

const when = (stage: Stage, back: number, visitor: Visitor, fraction: number): number =>
  stage.midnight(workday(stage, back).date, visitor.place.zone) + workingOffset(fraction);

const first = (stage: Stage): Visitor => stage.company.visitors[0] as Visitor;

/** Reads anonymously, downloads (and is known from then on), comes back to pricing, attends the webinar. */
function warmUp(stage: Stage, visitor: Visitor, start: number): Moment[] {
  const { random } = stage;
  const stranger = browserOf(visitor, false);
  const known = browserOf(visitor, true);
  const read = (back: number, fraction: number, pages: readonly Page[], arrival: number): Moment[] =>
    visit(random, back > start - 2 ? stranger : known, when(stage, back, visitor, fraction), pages, {
      arrival: ARRIVALS[arrival] ?? ARRIVALS[0],
      isPricingUrgent: back <= start - 2 && isWatched(stage.company),
    });
  const download = when(stage, start - 2, visitor, 0.42);
  const guide = { asset: 'Guide: scoring that sales trusts', email: visitor.person.email };
  return [
    ...read(start, 0.2, [BLOG, PRODUCT], 0),
    ...read(start - 1, 0.6, [HOME, PRODUCT, CUSTOMERS], 1),
    ...read(start - 2, 0.4, [BLOG, PRICING], 2),
    identify(random, visitor, download - 2_000),
    track(random, known, download, 'Content Downloaded', guide),
    ...read(Math.max(0, start - 3), 0.3, [PRICING, CUSTOMERS], 5),
    track(random, known, when(stage, Math.max(0, start - 4), visitor, 0.55), 'Webinar Attended', {
      webinar: 'From signals to sales',
      minutes: 42,
    }),
    ...read(Math.max(0, start - 5), 0.7, [PRODUCT, PRICING], 5),
  ];
}

function requestDemo(stage: Stage, visitor: Visitor, back: number): { at: number; moments: Moment[] } {
  const at = when(stage, back, visitor, 0.5);
  const { company, random } = stage;
  const form = { email: visitor.person.email, company: company.account.name, employees: company.account.employees };
  return {
    at,
    moments: [
      ...visit(random, browserOf(visitor, true), at - 240_000, [PRICING, PRODUCT], {
        isPricingUrgent: isWatched(company),
      }),
      identify(random, visitor, at - 1_000),
      track(random, browserOf(visitor, true), at, 'Demo Requested', form, { isUrgent: true }),
    ],
  };
}

function committee(stage: Stage): ReturnType<Script['play']> {
  const { company, random } = stage;
  const moments = company.visitors.flatMap((visitor, index) => warmUp(stage, visitor, 7 - index));
  const demo = requestDemo(stage, first(stage), 0);
  const meeting = when(stage, 1, first(stage), 0.8);
  const subject = { company, visitor: first(stage) };
  return {
    moments: [...moments, ...demo.moments],
    signals: [publish(random, 'crm', 'meeting_held', meeting, subject, { properties: { kind: 'discovery' } })],
    turnsAt: demo.at,
    text: `${company.visitors.length} people of ${company.account.name} warm up for a week, then ${first(stage).person.name} requests a demo.`,
  };
}

function champion(stage: Stage): ReturnType<Script['play']> {
  const demo = requestDemo(stage, first(stage), 1);
  return {
    moments: [...warmUp(stage, first(stage), 6), ...demo.moments],
    signals: [],
    turnsAt: demo.at,
    text: `${first(stage).person.name} of ${stage.company.account.name} researches alone and requests a demo.`,
  };
}

/** Signs in and uses features on one day. */
function usage(stage: Stage, visitor: Visitor, day: SimulatedDay, features: readonly string[]): Moment[] {
  const { random } = stage;
  const groupId = stage.company.account.account_id;
  const start = stage.midnight(day.date, visitor.place.zone) + workingOffset(random.next() * 0.9);
  const options = { source: 'product', groupId } as const;
  const actor = browserOf(visitor, true);
  return [
    track(random, actor, start, 'Signed In', {}, options),
    ...features.map((feature, index) =>
      track(random, actor, start + (index + 1) * 65_000, 'Feature Used', { feature }, options),
    ),
  ];
}

function trial(stage: Stage): ReturnType<Script['play']> {
  const { company, random } = stage;
  const lead = first(stage);
  const start = when(stage, 6, lead, 0.35);
  const groupId = company.account.account_id;
  const traits = { name: company.account.name, domain: company.account.domain, employees: company.account.employees };
  const uses = company.visitors.flatMap((visitor, index) =>
    FEATURES.slice(0, ACTIVATION_FEATURES - index).flatMap((feature, step) =>
      usage(stage, visitor, workday(stage, Math.max(0, 5 - step)), [feature, random.pick(FEATURES)]),
    ),
  );
  return {
    moments: [
      ...visit(random, browserOf(lead, false), start - 600_000, [HOME, PRICING]),
      identify(random, lead, start - 3_000),
      joinAccount(random, lead, start - 2_000, traits),
      track(
        random,
        browserOf(lead, true),
        start,
        'Trial Started',
        { plan: 'business', email: lead.person.email },
        {
          source: 'product',
          groupId,
          isUrgent: true,
        },
      ),
      ...uses,
    ],
    signals: [],
    turnsAt: start,
    text: `${company.account.name} starts a trial and uses ${ACTIVATION_FEATURES} activation features within a week.`,
  };
}

function pricing(stage: Stage): ReturnType<Script['play']> {
  const lead = first(stage);
  const at = when(stage, 0, lead, 0.65);
  const options = { isPricingUrgent: true };
  return {
    moments: [
      ...warmUp(stage, lead, 5).filter((moment) => moment.at < at - 60_000),
      ...visit(stage.random, browserOf(lead, true), at, [PRODUCT, PRICING, CUSTOMERS, PRICING], options),
    ],
    signals: [],
    turnsAt: at,
    text: `${lead.person.name} of the target account ${stage.company.account.name} studies the pricing page.`,
  };
}

/** Steady use by everybody until the last third (at most three weeks), then silence, two urgent tickets, a failed payment. */
function quiet(stage: Stage): ReturnType<Script['play']> {
  const { company, days, random } = stage;
  const silent = Math.max(1, Math.min(21, Math.floor(days.length / 3)));
  const active = days.slice(0, days.length - silent).filter((day) => day.isWorkday);
  const moments = active.flatMap((day) =>
    company.visitors.flatMap((visitor) =>
      usage(stage, visitor, day, [FEATURES[1], FEATURES[3], random.pick(FEATURES)]),
    ),
  );
  const turnsAt = moments.reduce((latest, moment) => Math.max(latest, moment.at), days[0]?.startsAt ?? 0);
  const ticket = { properties: { priority: 'urgent', status: 'open', subject: 'Export fails' } };
  const failed = { value: (company.account.arr ?? 0) / 12, properties: { currency: 'USD', attempt: '1' } };
  const late = when(stage, 0, first(stage), 0.3);
  return {
    moments,
    signals: [
      publish(random, 'support', 'support_ticket_opened', turnsAt, { company, visitor: first(stage) }, ticket),
      publish(random, 'support', 'support_ticket_opened', late - 3_600_000, { company }, ticket),
      publish(random, 'billing', 'payment_failed', late, { company }, failed),
    ],
    turnsAt,
    text: `${company.account.name} used the product daily, then nobody signs in for ${silent} days.`,
  };
}

/** Use that grows by a feature a week, an invoice paid, an expansion won. */
function expand(stage: Stage): ReturnType<Script['play']> {
  const { company, days, random } = stage;
  const working = days.filter((day) => day.isWorkday);
  const moments = working.flatMap((day, index) =>
    company.visitors.flatMap((visitor) =>
      usage(stage, visitor, day, FEATURES.slice(0, 2 + (Math.floor(index / 5) % 4))),
    ),
  );
  const steps = [8, 5, 3, 0]
    .map((back) => when(stage, back, first(stage), 0.5))
    .filter((at, i, all) => at !== all[i - 1]);
  const paid = { value: (company.account.arr ?? 0) / 12, properties: { currency: 'USD' } };
  const won = { amount: 48_000, isWon: true };
  return {
    moments,
    signals: [
      publish(random, 'billing', 'invoice_paid', when(stage, 4, first(stage), 0.2), { company }, paid),
      ...opportunity(random, company, first(stage), steps, won),
    ],
    turnsAt: steps.at(-1) ?? 0,
    text: `${company.account.name} uses more every week and buys more seats.`,
  };
}

/** Nobody comes to the website; a provider of intent data sees the company read about what we sell. */
function research(stage: Stage): ReturnType<Script['play']> {
  const { company } = stage;
  const topics = ['lead scoring', 'crm integration', 'intent data'];
  const intents = topics.map((topic, index) => surge(company, topic, 90 - 10 * index, workday(stage, index).date));
  return {
    moments: [],
    signals: [],
    intents,
    turnsAt: intents[0]?.occurred_at ?? 0,
    text: `Nobody of ${company.account.name} visits; the company reads about ${topics.join(', ')} elsewhere.`,
  };
}

const prospect = (tier: string, employees: number, placeIndex: number, roles: readonly Role[]): Casting => ({
  tier,
  employees,
  industry: 'software',
  place: place(placeIndex),
  isTarget: true,
  plan: null,
  roles,
});

/** The cast, in the order of the accounts: account n plays script n. */
export const SCRIPTS: readonly Script[] = [
  { kind: 'committee_requests_demo', casting: prospect('enterprise', 2_400, 0, COMMITTEE), play: committee },
  { kind: 'committee_requests_demo', casting: prospect('mid', 640, 3, COMMITTEE), play: committee },
  { kind: 'champion_requests_demo', casting: prospect('mid', 310, 1, COMMITTEE.slice(1, 2)), play: champion },
  { kind: 'champion_requests_demo', casting: prospect('smb', 90, 4, COMMITTEE.slice(2)), play: champion },
  {
    kind: 'trial_activates',
    casting: { ...prospect('mid', 220, 0, COMMITTEE), isTarget: false, plan: 'trial' },
    play: trial,
  },
  { kind: 'target_on_pricing', casting: prospect('strategic', 9_000, 0, COMMITTEE.slice(1)), play: pricing },
  {
    kind: 'customer_goes_quiet',
    casting: {
      ...prospect('enterprise', 1_800, 0, [...COMMITTEE, role('Data Engineer')]),
      isTarget: false,
      plan: 'business',
    },
    play: quiet,
  },
  {
    kind: 'customer_expands',
    casting: { ...prospect('mid', 700, 2, [...COMMITTEE, role('Business Analyst')]), isTarget: false, plan: 'team' },
    play: expand,
  },
  { kind: 'account_researches', casting: prospect('mid', 420, 1, COMMITTEE.slice(0, 1)), play: research },
];

/** Whole committees warm up in these. */
const COMMITTEES: ReadonlySet<Story['kind']> = new Set(['committee_requests_demo']);

/** Plays script `index` with its company. */
export function playScript(index: number, stage: Stage): Plot {
  const script = SCRIPTS[index] as Script;
  const { turnsAt, text, moments, signals, intents = [] } = script.play(stage);
  const accountId = stage.company.account.account_id;
  const personIds = stage.company.visitors.map((visitor) => visitor.person.person_id);
  return {
    story: {
      kind: script.kind,
      accountId,
      personIds,
      turnsAt,
      expect: EXPECTED[script.kind],
      committee: COMMITTEES.has(script.kind) ? personIds.length : 0,
      text,
    },
    moments,
    signals,
    intents,
  };
}

export const castCompany = (index: number, seed: number, now: number): Company =>
  createCompany(index, seed, now, SCRIPTS[index]?.casting);
