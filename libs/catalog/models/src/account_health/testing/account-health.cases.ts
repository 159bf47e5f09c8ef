import { defineCases } from '../../testing/model-case';

const asOfDate = '2026-11-23';
/** Monday of the week scored. */
const WEEK = Date.parse('2026-11-16');
const DAY_MS = 86_400_000;
const dayAt = (days: number): string => new Date(WEEK + days * DAY_MS).toISOString().slice(0, 10);

const row = (account: string, day: string, more: object) => ({
  day,
  account_kind: 'account',
  account,
  signal_class: 'other',
  ...more,
});
/** A row of the first days of each week: `uses` of the week scored first, then of those before it. */
const used = (account: string, uses: readonly number[], people: readonly string[] = []) =>
  uses.flatMap((count, back) =>
    count === 0 ? [] : [row(account, dayAt(-7 * back), { signal_class: 'feature_use', is_usage: true, count, people })],
  );
const steady = (uses: number, weeks = 13): number[] => Array.from({ length: weeks }, () => uses);
const account = (account_id: string, more: object = {}) => ({ account_id, identities: [account_id], ...more });
const PEERS = [account('peer1'), account('peer2')];
const ofPeers = [...used('peer1', steady(20)), ...used('peer2', steady(20))];
const told = (account: string, day: string, ticket: string, change: string, priority = '') =>
  row(account, day, { ticket_changes: [{ ticket, occurred_at: `${day} 12:00:00.000`, change, priority }] });
const healthy = (account_id: string) => ({
  entity_id: account_id,
  score: 81,
  values: { band: 'green', at_risk: 'no', coverage: 60 },
});

export const cases = defineCases([
  {
    name: 'four a week, then none, is 2.96 deviations below what is usual: at risk, though yellow',
    asOfDate,
    given: {
      accounts: [account('falls', { tier: 'mid' }), ...PEERS],
      days: [...used('falls', [0, ...steady(4, 12)]), ...ofPeers],
    },
    expected: [
      {
        entity_id: 'falls',
        entity_kind: 'account',
        score: 57,
        previous_score: null,
        stage: 'yellow',
        tier: 'mid',
        score_reasons: [
          'Used 0 times in the week, usually 4 (z -2.96).',
          'Use of 4 weeks is down 20% on the weeks before.',
          'No ticket in the week, none urgent and open; 0 in 4 weeks, 0 in the 8 before.',
        ],
        values: { band: 'yellow', at_risk: 'yes', coverage: 60 },
      },
      healthy('peer1'),
      healthy('peer2'),
    ],
  },
  {
    name: 'a week that is worse for everybody is no alarm, and one that is better for the others is a drop',
    asOfDate,
    given: {
      accounts: [account('same'), ...PEERS],
      days: [
        ...used('same', steady(20)),
        row('same', dayAt(2), { failed_payments: 1, failed_at: [`${dayAt(2)} 09:00:00.000`] }),
        ...used('peer1', [26, ...steady(20, 12)]),
        ...used('peer2', [26, ...steady(20, 12)]),
      ],
    },
    expected: [
      { entity_id: 'peer1', values: { band: 'green', at_risk: 'no', coverage: 60 } },
      { entity_id: 'peer2', values: { band: 'green', at_risk: 'no', coverage: 60 } },
      {
        entity_id: 'same',
        score: 70,
        stage: 'green',
        score_reasons: [
          'Used 20 times in the week, usually 20 (z -1.24).',
          'A payment failed 5 days ago and is not paid.',
          'Use of 4 weeks is that of the weeks before.',
        ],
        values: { band: 'green', at_risk: 'no', coverage: 70 },
      },
    ],
  },
  {
    name: 'seats, tickets, payments and contact, by any name of the account',
    asOfDate,
    given: {
      accounts: [
        account('acme', { identities: ['acme', 'crm/7'], domain: 'acme.com', seats: 25, plan: 'pro', employees: 60 }),
        account('late', { plan: 'pro' }),
        account('paid', { arr: 1000 }),
        account('nobody'),
        ...PEERS,
      ],
      days: [
        ...used('acme', steady(20), ['user:u1', 'user:u2']),
        {
          ...row('acme.com', dayAt(1), { is_usage: true, count: 0, people: ['user:u2', 'user:u3'] }),
          account_kind: 'domain',
        },
        ...ofPeers,
        // Open for weeks; closed; opened again; without an id nobody can close it; of another priority by now; new.
        told('acme', dayAt(-40), 't:1', 'opened', 'urgent'),
        told('acme', dayAt(-30), 't:2', 'opened', 'urgent'),
        told('crm/7', dayAt(3), 't:2', 'closed'),
        told('acme', dayAt(-30), 't:3', 'opened', 'high'),
        told('acme', dayAt(-29), 't:3', 'closed'),
        told('acme', dayAt(-28), 't:3', 'reopened'),
        told('acme', dayAt(6), 's:4', 'opened', 'urgent'),
        told('acme', dayAt(-1), 't:5', 'opened', 'urgent'),
        told('acme', dayAt(6), 't:5', 'updated', 'low'),
        told('acme', dayAt(7), 't:6', 'opened', 'urgent'),
        row('acme', dayAt(-8), { contacts: 1 }),
        row('acme', dayAt(8), { contacts: 1 }),
        row('acme', dayAt(-60), { payments: 1, paid_at: `${dayAt(-60)} 09:00:00.000` }),
        // Failed, paid, failed again 15 days before the week is over.
        row('late', dayAt(-9), { failed_payments: 1, failed_at: [`${dayAt(-9)} 09:00:00.000`] }),
        row('late', dayAt(-8), {
          failed_payments: 2,
          failed_at: [`${dayAt(-8)} 09:00:00.000`, `${dayAt(-8)} 11:00:00.000`],
          payments: 1,
          paid_at: `${dayAt(-8)} 10:00:00.000`,
        }),
        row('paid', dayAt(-7), {
          failed_payments: 1,
          failed_at: [`${dayAt(-7)} 09:00:00.000`],
          payments: 1,
          paid_at: `${dayAt(-7)} 10:00:00.000`,
        }),
      ],
    },
    expected: [
      {
        entity_id: 'acme',
        // usage 75, trend 75, breadth 12, support 40, payment 100, engagement 70.710678
        score: 59,
        score_reasons: [
          '3 of 25 licensed people were active.',
          '1 ticket in the week, 2 urgent and open; 2 in 4 weeks, 3 in the 8 before.',
          'Used 20 times in the week, usually 20 (z 0).',
        ],
        values: { band: 'yellow', at_risk: 'no', coverage: 100 },
      },
      {
        entity_id: 'late',
        score: 60,
        score_reasons: [
          'Known by use for 0 weeks: too early to judge.',
          'A payment failed 15 days ago and is not paid.',
          'No ticket in the week, none urgent and open; 0 in 4 weeks, 0 in the 8 before.',
        ],
        values: { band: 'none', at_risk: 'no', coverage: 25 },
      },
      { entity_id: 'paid', score: 80, values: { band: 'none', at_risk: 'no', coverage: 25 } },
      healthy('peer1'),
      healthy('peer2'),
    ],
  },
  {
    name: 'goes on from the band that it had last, under any name',
    asOfDate,
    given: {
      accounts: [account('a1'), account('a2', { identities: ['a2', 'crm/2'] }), account('a3'), ...PEERS],
      days: [
        ...used('a1', steady(20)),
        ...used('a2', steady(20)),
        ...used('a3', steady(20)),
        ...ofPeers,
        ...['a1', 'a2', 'a3'].flatMap((id) => [1, 2].map((place) => told(id, dayAt(place), `s:${place}`, 'opened'))),
        row('a3', dayAt(-30), { failed_payments: 1, failed_at: [`${dayAt(-30)} 09:00:00.000`] }),
      ],
      previous: {
        account_health_rows: [
          { account_id: 'a1', score: 30, band: 'yellow', last_band: 'yellow' },
          { account_id: 'crm/2', score: 72, band: 'green', last_band: 'green' },
          { account_id: 'a3', score: 72, band: 'green', last_band: 'green' },
        ],
      },
    },
    expected: [
      { entity_id: 'a1', score: 76, previous_score: 30, stage: 'green', previous_stage: 'yellow' },
      { entity_id: 'a2', score: 76, previous_score: 72, stage: 'green', previous_stage: 'green' },
      {
        entity_id: 'a3',
        score: 65,
        stage: 'yellow',
        values: { band: 'yellow', at_risk: 'yes', coverage: 70 },
      },
      healthy('peer1'),
      healthy('peer2'),
    ],
  },
  {
    name: 'three weeks of history are not judged, four are, against what is usual for all',
    asOfDate,
    given: {
      accounts: [account('four', { seats: 1 }), account('three', { seats: 1 }), ...PEERS],
      days: [...used('four', [0, 9, 9, 9, 9], ['user:u1']), ...used('three', [0, 9, 9, 9], ['user:u1']), ...ofPeers],
    },
    expected: [
      { entity_id: 'four', score: 33, values: { band: 'red', at_risk: 'yes', coverage: 80 } },
      { entity_id: 'peer1' },
      { entity_id: 'peer2' },
      { entity_id: 'three', values: { band: 'none', at_risk: 'no', coverage: 35 } },
    ],
  },
]);
