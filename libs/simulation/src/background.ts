import type { Signal } from '@millrace/contract-signal';

import { workingOffset, type SimulatedDay } from './calendar';
import { isWatched, type Company, type Visitor } from './company';
import { newsletter, opportunity, publish } from './direct';
import { browserOf, track, visit, type Moment, type Page } from './moment';
import type { Random } from './random';
import { ARRIVALS, BOTS, BROWSERS, FEATURES, PAGES, PLACES, PRICING } from './vocabulary';

/** Everybody who has no story, and how much they do on an ordinary working day. */
export interface Crowd {
  readonly prospects: readonly Company[];
  readonly customers: readonly Company[];
  readonly signalsPerDay: number;
  readonly midnight: (date: string, zone: string) => number;
}

/** Shares of a day's signals; the rest is e-mail, CRM, billing and support. */
const WEBSITE_SHARE = 0.58;
const PRODUCT_SHARE = 0.3;
const TOUCH_SHARE = 0.03;
const BOT_SHARE = 0.05;
const KNOWN_SHARE = 0.1;
/** Signals that one visit or one product session makes on average. */
const PAGES_A_VISIT = 2.6;
const EVENTS_A_SESSION = 4;

function drawPages(random: Random, most: number, pricingProbability: number): Page[] {
  const pages: Page[] = Array.from({ length: random.integer(1, most) }, () => random.pick(PAGES));
  if (random.chance(pricingProbability)) pages.push(PRICING);
  return pages;
}

const drawVisitor = (random: Random, companies: readonly Company[]): [Company, Visitor] => {
  const company = random.pick(companies);
  return [company, random.pick(company.visitors)];
};

/** One day of visits: strangers mostly, some known people, some bots. */
export function websiteDay(random: Random, crowd: Crowd, day: SimulatedDay): Moment[] {
  const visits = Math.round(random.around(crowd.signalsPerDay * WEBSITE_SHARE * day.busyness) / PAGES_A_VISIT);
  return Array.from({ length: visits }, () => oneVisit(random, crowd, day)).flat();
}

function oneVisit(random: Random, crowd: Crowd, day: SimulatedDay): Moment[] {
  const kind = random.next();
  const place = random.pick(PLACES);
  const at = (zone: string): number => crowd.midnight(day.date, zone) + workingOffset(random.next());
  if (kind < BOT_SHARE) {
    const bot = { userId: null, anonymousId: random.uuid(), userAgent: random.pick(BOTS), country: 'US' };
    return visit(random, bot, at(place.zone), drawPages(random, 5, 0.5), { isBot: true });
  }
  if (kind < BOT_SHARE + KNOWN_SHARE && crowd.prospects.length > 0) {
    const [company, visitor] = drawVisitor(random, crowd.prospects);
    const pages = drawPages(random, 2, 0.03);
    return visit(random, browserOf(visitor, true), at(visitor.place.zone), pages, {
      isPricingUrgent: isWatched(company),
    });
  }
  const stranger = {
    userId: null,
    anonymousId: random.uuid(),
    userAgent: random.pick(BROWSERS),
    country: place.country,
  };
  return visit(random, stranger, at(place.zone), drawPages(random, 4, 0.08));
}

/** One day in the product: sessions of customers, more where there are more seats. */
export function productDay(random: Random, crowd: Crowd, day: SimulatedDay): Moment[] {
  if (crowd.customers.length === 0) return [];
  const sessions = Math.round(random.around(crowd.signalsPerDay * PRODUCT_SHARE * day.busyness) / EVENTS_A_SESSION);
  return Array.from({ length: sessions }, () => {
    const [company, visitor] = drawVisitor(random, crowd.customers);
    const options = { source: 'product', groupId: company.account.account_id } as const;
    const start = crowd.midnight(day.date, visitor.place.zone) + workingOffset(random.next());
    const actor = browserOf(visitor, true);
    const uses = Array.from({ length: random.integer(1, 5) }, (_, index) => {
      const properties = { feature: random.pick(FEATURES) };
      return track(
        random,
        actor,
        start + (index + 1) * random.integer(20, 90) * 1_000,
        'Feature Used',
        properties,
        options,
      );
    });
    return [track(random, actor, start, 'Signed In', {}, options), ...uses];
  }).flat();
}

/** One day of what teams publish themselves: Tuesday's newsletter, calls and meetings, tickets, invoices on the first. */
export function directDay(random: Random, crowd: Crowd, day: SimulatedDay): Signal[] {
  const everybody = [...crowd.prospects, ...crowd.customers];
  if (everybody.length === 0) return [];
  const at = (zone: string): number => crowd.midnight(day.date, zone) + workingOffset(random.next());
  const signals: Signal[] = [];
  if (day.weekday === 2) {
    const readers = everybody
      .flatMap((company) => company.visitors)
      .filter(({ person }) => person.consent === 'subscribed');
    const share = Math.min(1, (crowd.signalsPerDay * 0.4) / readers.length);
    for (const reader of readers) {
      if (random.chance(share)) {
        signals.push(...newsletter(random, reader, at(reader.place.zone), `weekly-${day.date}`));
      }
    }
  }
  const touches = day.isWorkday ? random.around(crowd.signalsPerDay * TOUCH_SHARE * day.busyness) : 0;
  for (let index = 0; index < touches; index += 1) {
    const [company, visitor] = drawVisitor(random, everybody);
    const subject = { company, visitor };
    const time = at(visitor.place.zone);
    if (company.isCustomer && random.chance(0.5)) {
      const ticket = {
        priority: random.pick(['low', 'normal', 'normal', 'high']),
        ticket_id: `${company.account.account_id}-${time}`,
      };
      const properties = { ...ticket, status: 'open' };
      signals.push(publish(random, 'support', 'support_ticket_opened', time, subject, { properties }));
      const closed = { properties: { ...ticket, status: 'closed' } };
      signals.push(
        publish(random, 'support', 'support_ticket_closed', time + random.integer(1, 5) * 3_600_000, subject, closed),
      );
    } else {
      signals.push(publish(random, 'crm', random.chance(0.15) ? 'meeting_held' : 'call_logged', time, subject));
    }
  }
  if (day.dayOfMonth === 1) {
    for (const company of crowd.customers) {
      const type = random.chance(0.03) ? 'payment_failed' : 'invoice_paid';
      const value = (company.account.arr ?? 0) / 12;
      const extra = { value, properties: { currency: 'USD' } };
      signals.push(publish(random, 'billing', type, at(company.place.zone), { company }, extra));
    }
  }
  return signals;
}

/** A tenth of the prospects become opportunities: advertised to, read, then a deal that is won or lost. */
export function deals(
  random: Random,
  crowd: Crowd,
  days: readonly SimulatedDay[],
): { readonly moments: Moment[]; readonly signals: Signal[] } {
  const moments: Moment[] = [];
  const signals: Signal[] = [];
  const working = days.filter((day) => day.isWorkday);
  for (const company of crowd.prospects) {
    const visitor = company.visitors[0];
    if (visitor === undefined || working.length < 4 || !random.chance(0.1)) continue;
    const start = random.integer(0, working.length - 1);
    const time = (index: number): number =>
      crowd.midnight(working[index]?.date ?? '', visitor.place.zone) + workingOffset(0.2 + 0.5 * random.next());
    const touches = random.integer(1, 3);
    for (let touch = touches; touch > 0; touch -= 1) {
      const arrival = random.pick(ARRIVALS);
      moments.push(
        ...visit(random, browserOf(visitor, true), time(Math.max(0, start - touch)), drawPages(random, 3, 0.05), {
          arrival,
          isPricingUrgent: isWatched(company),
        }),
      );
    }
    const steps = [0, 2, 4, 7].map((offset) => start + offset).filter((index) => index < working.length);
    const deal = { amount: (company.account.employees ?? 10) * 30, isWon: random.chance(0.4) };
    signals.push(...opportunity(random, company, visitor, steps.map(time), deal));
  }
  return { moments, signals };
}
