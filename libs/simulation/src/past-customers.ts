import type { Signal } from '@millrace/contract-signal';

import type { Casting } from './company';
import { publish } from './direct';
import type { PastStage } from './past-stage';
import { FEATURES, PLACES, ROLES, type Place } from './vocabulary';

const MINUTE_MS = 60_000;
/** The week scored, twelve before it, and the one that the run of the week before needs. */
const WEEKS = 14;
/** Of one person on a Tuesday. */
const USUAL_USES = 3;

/** What a week of a customer brings; weeks count back, 0 is the newest whole one. */
interface Week {
  /** How often each person uses the product. */
  readonly uses: number;
  /** How many people do. */
  readonly people: number;
}

/** A customer whose account health is known in advance. */
export interface CustomerStory {
  readonly kind:
    'use_drops' | 'payment_fails' | 'tickets_pile_up' | 'use_goes_on' | 'payment_is_mended' | 'tickets_are_closed';
  readonly accountId: string;
  /** What the newest whole week must say; healthy: it has a band and is not at risk. */
  readonly expect: 'at_risk' | 'healthy';
  /** What the risk must be called: use far below what is usual, the band, a payment. Null: healthy. */
  readonly risk: 'usage' | 'red' | 'payment' | null;
  readonly text: string;
}

interface Customer {
  readonly kind: CustomerStory['kind'];
  readonly risk: CustomerStory['risk'];
  readonly casting: Casting;
  readonly week: (weeksBack: number) => Week;
  /** Tickets, payments and contact. */
  readonly beside: (stage: PastStage) => readonly Signal[];
  readonly says: string;
}

const customer = (employees: number): Casting => ({
  tier: 'mid',
  employees,
  industry: 'software',
  place: PLACES[0] as Place,
  isTarget: false,
  plan: 'business',
  roles: ROLES.slice(4, 8),
});
/** 5 seats and 20 seats for 4 people. */
const SMALL = customer(100);
const LARGE = customer(400);

const asUsual = (): Week => ({ uses: USUAL_USES, people: 4 });

function pay(
  { company, random, calendar }: PastStage,
  type: 'invoice_paid' | 'payment_failed',
  weeksBack: number,
): Signal {
  const extra = { value: (company.account.arr ?? 0) / 12, properties: { currency: 'USD' } };
  return publish(random, 'billing', type, calendar.tuesday(weeksBack), { company }, extra);
}

function meet({ company, random, calendar }: PastStage, weeksBack: number): Signal {
  const [visitor] = company.visitors;
  const subject = visitor === undefined ? { company } : { company, visitor };
  return publish(random, 'crm', 'meeting_held', calendar.tuesday(weeksBack) + 30 * MINUTE_MS, subject);
}

/** Four tickets of the newest whole week, each closed within half an hour if `areClosed`. */
function complain({ company, random, calendar }: PastStage, areClosed: boolean): Signal[] {
  return Array.from({ length: 4 }, (_, number) => {
    const at = calendar.tuesday(0) + number * MINUTE_MS;
    const ticket = { priority: 'urgent', ticket_id: `${company.account.account_id}-${number + 1}` };
    const tell = (type: string, when: number): Signal =>
      publish(random, 'support', type, when, { company }, { properties: ticket });
    const opened = tell('support_ticket_opened', at);
    return areClosed ? [opened, tell('ticket_closed', at + 30 * MINUTE_MS)] : [opened];
  }).flat();
}

/** Each trouble has a twin of the same size to whom it does not happen, or who gets over it. */
export const PAST_CUSTOMERS: readonly Customer[] = [
  {
    kind: 'use_drops',
    risk: 'usage',
    casting: SMALL,
    week: (weeksBack) => (weeksBack === 0 ? { uses: 0, people: 0 } : asUsual()),
    beside: (stage) => [pay(stage, 'invoice_paid', 4), meet(stage, 2)],
    says: 'used the product every week, then nobody did.',
  },
  {
    kind: 'use_goes_on',
    risk: null,
    casting: SMALL,
    week: asUsual,
    beside: (stage) => [pay(stage, 'invoice_paid', 4), meet(stage, 2)],
    says: 'uses the product every week.',
  },
  {
    kind: 'payment_fails',
    risk: 'payment',
    casting: SMALL,
    week: asUsual,
    beside: (stage) => [pay(stage, 'invoice_paid', 6), pay(stage, 'payment_failed', 2), meet(stage, 1)],
    says: 'uses the product every week, but a payment failed and is not paid.',
  },
  {
    kind: 'payment_is_mended',
    risk: null,
    casting: SMALL,
    week: asUsual,
    beside: (stage) => [pay(stage, 'payment_failed', 2), pay(stage, 'invoice_paid', 1), meet(stage, 1)],
    says: 'had a payment fail and paid a week later.',
  },
  {
    kind: 'tickets_pile_up',
    risk: 'red',
    casting: LARGE,
    // Fewer people week by week: not as sudden as a drop.
    week: (weeksBack) => ({ uses: weeksBack < 4 ? 2 * USUAL_USES : USUAL_USES, people: weeksBack < 4 ? 1 : 4 }),
    beside: (stage) => [pay(stage, 'invoice_paid', 4), meet(stage, 10), ...complain(stage, false)],
    says: 'opened four urgent tickets in a week, and nobody has talked to it for two months.',
  },
  {
    kind: 'tickets_are_closed',
    risk: null,
    casting: LARGE,
    week: asUsual,
    beside: (stage) => [pay(stage, 'invoice_paid', 4), meet(stage, 0), ...complain(stage, true)],
    says: 'opened four urgent tickets in a week; they are closed, and somebody met it.',
  },
];

/** Fourteen weeks of a customer. */
export function playCustomer(
  { kind, risk, week, beside, says }: Customer,
  stage: PastStage,
): { readonly story: CustomerStory; readonly signals: readonly Signal[] } {
  const { company, random, calendar } = stage;
  const { account_id: accountId, name } = company.account;
  const uses = Array.from({ length: WEEKS }, (_, weeksBack) => {
    const { uses: times, people } = week(weeksBack);
    return company.visitors.slice(0, people).flatMap((visitor) =>
      Array.from({ length: times }, (_unused, number) => {
        const at = calendar.tuesday(weeksBack) + (number + 1) * MINUTE_MS + random.integer(0, 50_000);
        return publish(
          random,
          'product',
          'feature_used',
          at,
          { company, visitor },
          {
            properties: { feature: random.pick(FEATURES) },
          },
        );
      }),
    );
  }).flat();
  return {
    story: { kind, accountId, expect: risk === null ? 'healthy' : 'at_risk', risk, text: `${name} ${says}` },
    signals: [...uses, ...beside(stage)],
  };
}
