import { hasIdentity } from '@millrace/contract-signal';
import { DateTime } from 'luxon';

import { createPast, type PastOptions } from './past';

const ZONE = 'America/New_York';
const at = (local: string): number => DateTime.fromISO(local, { zone: ZONE }).toMillis();
// A Saturday: the newest whole week began on 2026-11-16, the newest whole month is October.
const OPTIONS: PastOptions = { seed: 7, zone: ZONE, lastNight: at('2026-11-28T02:00'), after: 60 };
const past = createPast(OPTIONS);
const { customers, journeys, moves } = past.stories;

const dayOf = (instant: number): string => DateTime.fromMillis(instant, { zone: ZONE }).toISODate() ?? '';
const of = (accountId: string, type: string) =>
  past.signals.filter((signal) => signal.account_id === accountId && signal.type === type);
const customer = (kind: string): string => customers.find((story) => story.kind === kind)?.accountId ?? '';
const usesIn = (kind: string, week: string): number =>
  of(customer(kind), 'feature_used').filter(
    ({ occurred_at: when }) => DateTime.fromMillis(when, { zone: ZONE }).startOf('week').toISODate() === week,
  ).length;

describe('createPast', () => {
  it('gives the same past for the same seed, and another for another', () => {
    const text = (value: unknown): string => JSON.stringify(value);
    expect(text(createPast(OPTIONS))).toBe(text(past));
    expect(text(createPast({ ...OPTIONS, seed: 8 }).signals)).not.toBe(text(past.signals));
  });

  it('has accounts and people of its own, with all that customer success knows', () => {
    expect(past.accounts.map(({ account_id: id }) => id)).toEqual(
      past.accounts.map((_, index) => `acc_00${61 + index}`),
    );
    const ofCustomers = past.accounts.filter(({ account_id: id }) => customers.some((story) => story.accountId === id));
    for (const { plan, seats, arr, renewal_on: renewal, csm } of ofCustomers) {
      expect([plan, seats, arr, renewal, csm]).not.toContain(null);
    }
    expect(past.people.every(({ account_id: id }) => past.accounts.some((account) => account.account_id === id))).toBe(
      true,
    );
  });

  it.each([
    ['a Saturday', '2026-11-28T02:00'],
    ['a Monday', '2026-11-23T02:00'],
    ['the 1st of a month', '2026-12-01T02:00'],
    ['the day after the clocks went forward', '2026-03-09T02:00'],
    ['new year', '2027-01-01T02:00'],
  ])('lies before the night of %s, each signal once and with an identity', (_when, night) => {
    const { signals } = createPast({ ...OPTIONS, lastNight: at(night) });
    expect(signals.every(({ occurred_at: when }) => when < at(night))).toBe(true);
    expect(new Set(signals.map(({ signal_id: id }) => id)).size).toBe(signals.length);
    expect(signals.every(hasIdentity)).toBe(true);
    expect(signals.map(({ occurred_at: when }) => when)).toEqual(
      signals.map(({ occurred_at: when }) => when).sort((a, b) => a - b),
    );
  });

  it('is thin: one hour of a day, a day a week', () => {
    const hours = past.signals.map(({ occurred_at: when }) => DateTime.fromMillis(when, { zone: ZONE }).hour);
    expect([...new Set(hours)]).toEqual([10]);
    expect(new Set(past.signals.map(({ occurred_at: when }) => dayOf(when))).size).toBeLessThan(20);
  });
});

describe('customers', () => {
  it('have a twin for each trouble', () => {
    const kinds = customers.map(({ kind, expect: expected, risk }) => [kind, expected, risk]);
    expect(kinds).toEqual([
      ['use_drops', 'at_risk', 'usage'],
      ['use_goes_on', 'healthy', null],
      ['payment_fails', 'at_risk', 'payment'],
      ['payment_is_mended', 'healthy', null],
      ['tickets_pile_up', 'at_risk', 'red'],
      ['tickets_are_closed', 'healthy', null],
    ]);
  });

  it('use the product for thirteen weeks, and in the newest whole week one no longer does', () => {
    const weeks = Array.from({ length: 14 }, (_, back) =>
      DateTime.fromISO('2026-11-16', { zone: ZONE }).minus({ weeks: back }).toISODate(),
    );
    expect(weeks.map((week) => usesIn('use_drops', week ?? ''))).toEqual([0, ...Array<number>(13).fill(12)]);
    expect(weeks.map((week) => usesIn('use_goes_on', week ?? ''))).toEqual(Array<number>(14).fill(12));
    expect(weeks.slice(0, 5).map((week) => usesIn('tickets_pile_up', week ?? ''))).toEqual([6, 6, 6, 6, 12]);
  });

  it('leave a payment open for more than two weeks at the week’s end, or pay it', () => {
    const payments = (kind: string) =>
      [...of(customer(kind), 'invoice_paid'), ...of(customer(kind), 'payment_failed')]
        .sort((a, b) => a.occurred_at - b.occurred_at)
        .map(({ type, occurred_at: when }) => [type, dayOf(when)]);
    expect(payments('payment_fails').at(-1)).toEqual(['payment_failed', '2026-11-03']);
    expect(payments('payment_is_mended')).toEqual([
      ['payment_failed', '2026-11-03'],
      ['invoice_paid', '2026-11-10'],
    ]);
  });

  it('open four tickets, and close them or not', () => {
    const tickets = (kind: string, type: string) =>
      of(customer(kind), type).map(({ properties }) => properties['ticket_id']);
    expect(new Set(tickets('tickets_pile_up', 'support_ticket_opened')).size).toBe(4);
    expect(tickets('tickets_pile_up', 'ticket_closed')).toEqual([]);
    expect(tickets('tickets_are_closed', 'ticket_closed')).toEqual(
      tickets('tickets_are_closed', 'support_ticket_opened'),
    );
    expect(of(customer('tickets_pile_up'), 'meeting_held').map(({ occurred_at: when }) => dayOf(when))).toEqual([
      '2026-09-08',
    ]);
  });
});

describe('journeys', () => {
  it('say what each kind of conversion is due to; credit is the conversions', () => {
    const total = (credit: Readonly<Record<string, number>>): number =>
      Object.values(credit).reduce((a, b) => a + b, 0);
    expect(journeys.map(({ conversion, conversions, first, last }) => [conversion, conversions, first, last])).toEqual([
      [
        'opportunity_created',
        5,
        { paid_search: 2, organic: 1, social: 1, '(none)': 1 },
        { email: 2, referral: 1, campaign: 1, '(none)': 1 },
      ],
      ['opportunity_won', 2, { paid_search: 1, organic: 1 }, { email: 1, campaign: 1 }],
      ['trial_started', 2, { organic: 1, referral: 1 }, { paid_search: 1, referral: 1 }],
    ]);
    for (const { conversions, first, last } of journeys) {
      expect([total(first), total(last)]).toEqual([conversions, conversions]);
    }
  });

  it.each([
    ['2026-11-28T02:00', '2026-10'],
    ['2026-12-01T02:00', '2026-10'],
    ['2026-12-02T02:00', '2026-11'],
    ['2027-01-15T02:00', '2026-12'],
    ['2026-03-05T02:00', '2026-02'],
  ])('seen from the night of %s convert in %s', (night, month) => {
    const seen = createPast({ ...OPTIONS, lastNight: at(night) });
    const conversions = seen.signals.filter(({ type }) =>
      ['opportunity_stage_changed', 'trial_started'].includes(type),
    );
    expect(seen.month).toBe(month);
    expect(conversions.length).toBeGreaterThan(15);
    expect(conversions.every(({ occurred_at: when }) => dayOf(when).startsWith(month))).toBe(true);
  });
});

describe('a lead', () => {
  it('asked for a demo the week before and looks at the prices on the last day', () => {
    const own = past.signals.filter(({ user_id: id }) => id === moves[0]?.personId);
    expect(own.map(({ type, occurred_at: when }) => [type, dayOf(when)])).toEqual([
      ['demo_requested', '2026-11-17'],
      ['page_viewed', '2026-11-27'],
      ['page_viewed', '2026-11-27'],
    ]);
  });
});
