import type { SegmentCall, SimulatedEvent } from './simulation';
import type { Visitor } from './company';
import type { Random } from './random';
import { APP, ARRIVALS, BROWSERS, PRICING, SITE, type Arrival } from './vocabulary';

/** An event before it meets the network: what happened, to whom, when. */
export interface Moment {
  readonly source: SimulatedEvent['source'];
  readonly at: number;
  readonly call: SegmentCall;
  readonly isBot: boolean;
  readonly isUrgent: boolean;
}

export interface Page {
  readonly path: string;
  readonly title: string;
}

/** Who is seen: an identified person, their browser before identification, or a stranger. */
interface Actor {
  readonly userId: string | null;
  readonly anonymousId: string;
  readonly userAgent: string;
  readonly country: string;
}

export const browserOf = (visitor: Visitor, isIdentified: boolean): Actor => ({
  userId: isIdentified ? visitor.person.person_id : null,
  anonymousId: visitor.anonymousId,
  userAgent: BROWSERS[visitor.anonymousId.charCodeAt(0) % BROWSERS.length] ?? BROWSERS[0],
  country: visitor.place.country,
});

const identityOf = (actor: Actor): { userId?: string; anonymousId: string } =>
  actor.userId === null ? { anonymousId: actor.anonymousId } : { userId: actor.userId, anonymousId: actor.anonymousId };

interface Sighting {
  readonly actor: Actor;
  readonly at: number;
  readonly sessionId: string;
  readonly page: Page;
  readonly arrival: Arrival;
  readonly isBot?: boolean;
  readonly isUrgent?: boolean;
}

/** One page view of a session. */
function viewPage(random: Random, sighting: Sighting): Moment {
  const { actor, at, page } = sighting;
  const url = `${SITE}${page.path}${sighting.arrival.query}`;
  return {
    source: 'website',
    at,
    isBot: sighting.isBot ?? false,
    isUrgent: sighting.isUrgent ?? false,
    call: {
      type: 'page',
      messageId: random.uuid(),
      timestamp: new Date(at).toISOString(),
      ...identityOf(actor),
      name: page.title,
      properties: { url, path: page.path, title: page.title },
      context: {
        page: { url, path: page.path, title: page.title, ...referrerOf(sighting.arrival) },
        userAgent: actor.userAgent,
        sessionId: sighting.sessionId,
        location: { country: actor.country },
      },
    },
  };
}

const referrerOf = (arrival: Arrival): { referrer?: string } =>
  arrival.referrer === null ? {} : { referrer: arrival.referrer };

/** A visit: pages 15 to 110 seconds apart in one session; the arrival belongs to the first page only. */
export function visit(
  random: Random,
  actor: Actor,
  startsAt: number,
  pages: readonly Page[],
  options: { readonly arrival?: Arrival; readonly isBot?: boolean; readonly isPricingUrgent?: boolean } = {},
): Moment[] {
  const sessionId = random.uuid();
  const landing = options.arrival ?? random.pick(ARRIVALS);
  let at = startsAt;
  return pages.map((page, index) => {
    if (index > 0) at += random.integer(15, 110) * 1_000;
    const arrival = index === 0 ? landing : { query: '', referrer: `${SITE}${pages[index - 1]?.path ?? '/'}` };
    const isUrgent = options.isPricingUrgent === true && page.path === PRICING.path;
    return viewPage(random, { actor, at, sessionId, page, arrival, isUrgent, isBot: options.isBot ?? false });
  });
}

/** A named event on the website or in the product. */
export function track(
  random: Random,
  actor: Actor,
  at: number,
  event: string,
  properties: Readonly<Record<string, unknown>>,
  options: { readonly source?: SimulatedEvent['source']; readonly groupId?: string; readonly isUrgent?: boolean } = {},
): Moment {
  const source = options.source ?? 'website';
  return {
    source,
    at,
    isBot: false,
    isUrgent: options.isUrgent ?? false,
    call: {
      type: 'track',
      messageId: random.uuid(),
      timestamp: new Date(at).toISOString(),
      ...identityOf(actor),
      event,
      properties,
      context: {
        page: { url: source === 'website' ? SITE : APP },
        userAgent: actor.userAgent,
        location: { country: actor.country },
        ...(options.groupId === undefined ? {} : { groupId: options.groupId }),
      },
    },
  };
}

/** The moment a browser gets a name: a form was filled in. */
export function identify(random: Random, visitor: Visitor, at: number): Moment {
  const { person } = visitor;
  return {
    source: 'website',
    at,
    isBot: false,
    isUrgent: false,
    call: {
      type: 'identify',
      messageId: random.uuid(),
      timestamp: new Date(at).toISOString(),
      userId: person.person_id,
      anonymousId: visitor.anonymousId,
      traits: { email: person.email, name: person.name, title: person.title },
      context: { userAgent: browserOf(visitor, true).userAgent, location: { country: visitor.place.country } },
    },
  };
}

/** Says which account a person works in. */
export function joinAccount(
  random: Random,
  visitor: Visitor,
  at: number,
  traits: Readonly<Record<string, unknown>>,
): Moment {
  return {
    source: 'product',
    at,
    isBot: false,
    isUrgent: false,
    call: {
      type: 'group',
      messageId: random.uuid(),
      timestamp: new Date(at).toISOString(),
      userId: visitor.person.person_id,
      groupId: visitor.person.account_id ?? '',
      traits,
      context: { userAgent: browserOf(visitor, true).userAgent },
    },
  };
}
