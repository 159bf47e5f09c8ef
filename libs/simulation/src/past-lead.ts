import type { Signal } from '@millrace/contract-signal';

import type { Casting, Visitor } from './company';
import { publish } from './direct';
import { browserOf } from './moment';
import type { PastStage } from './past-stage';
import { PLACES, PRICING, ROLES, SITE, type Place } from './vocabulary';

const MINUTE_MS = 60_000;

/** A lead whose score moves between the last two nights, and what must be said of why. */
export interface MoveStory {
  readonly personId: string;
  readonly email: string;
  /** Signal classes that give more points than the night before, and fewer. */
  readonly more: readonly string[];
  readonly less: readonly string[];
  readonly text: string;
}

export const LEAD: Casting = {
  tier: 'mid',
  employees: 480,
  industry: 'software',
  place: PLACES[0] as Place,
  isTarget: true,
  plan: null,
  roles: ROLES.slice(2, 3),
};

/** A demo request in the newest whole week, which fades, and two looks at the prices on the day before the last night. */
export function playLead({ company, random, calendar }: PastStage): {
  readonly story: MoveStory;
  readonly signals: readonly Signal[];
} {
  const visitor = company.visitors[0] as Visitor;
  const subject = { company, visitor };
  const { userAgent } = browserOf(visitor, true);
  const look = (at: number): Signal =>
    publish(random, 'website', 'page_viewed', at, subject, { url: `${SITE}${PRICING.path}`, user_agent: userAgent });
  const { person } = visitor;
  return {
    signals: [
      publish(random, 'website', 'demo_requested', calendar.tuesday(0), subject),
      look(calendar.lastDay),
      look(calendar.lastDay + 45 * MINUTE_MS),
    ],
    story: {
      personId: person.person_id,
      email: person.email ?? '',
      more: ['pricing_visit'],
      less: ['demo_request'],
      text: `${person.name} of ${company.account.name} asked for a demo the week before and looks at the prices.`,
    },
  };
}
