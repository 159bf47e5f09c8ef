import { defineCases } from '../../testing/model-case';

const asOfDate = '2026-12-01';
const RULES = ['first', 'last', 'linear', 'position', 'time_decay', 'markov', 'shapley'] as const;

/** Credit in conversions and value, by channel. */
type Credit = Readonly<Record<string, readonly [credit: number, value: number]>>;
const rowsOf = (group: string, byRule: Readonly<Record<(typeof RULES)[number], Credit>>) =>
  RULES.flatMap((rule) =>
    Object.entries(byRule[rule]).map(([channel, [credit, value]]) => ({
      entity_id: `${group}/${rule}/${channel}`,
      values: { credit, value },
    })),
  ).sort((a, b) => (a.entity_id < b.entity_id ? -1 : 1));
/** Where no path has two channels all rules say the same. */
const alike = (credit: Credit) =>
  Object.fromEntries(RULES.map((rule) => [rule, credit])) as Record<(typeof RULES)[number], Credit>;

const person = (person_id: string, account_id = '') => ({ person_id, account_id, identities: [['user', person_id]] });
const visit = (identity: string, started_at: string, channel: string, more: object = {}) => ({
  day: started_at.slice(0, 10),
  visitor_kind: 'user',
  visitor: identity,
  started_at,
  identity_kind: 'user',
  identity,
  channel,
  ...more,
});
const signal = (identity: string, occurred_at: string, more: object) => ({
  day: occurred_at.slice(0, 10),
  signal_id: `${identity} ${occurred_at}`,
  occurred_at,
  identity_kind: identity === '' ? '' : 'user',
  identity,
  ...more,
});
const trial = (identity: string, at: string, amount: number | null = null) =>
  signal(identity, at, { kind: 'trial', amount });
const click = (identity: string, at: string, channel = 'email') => signal(identity, at, { kind: 'touch', channel });
const deal = (opportunity_id: string, occurred_at: string, stage: string, more: object) =>
  signal('', occurred_at, { kind: 'opportunity', opportunity_id, stage, ...more });

/** Touches a week apart, the last on the 17th; one half-life each. */
const WEEKS = ['2026-11-17 10:00:00', '2026-11-10 10:00:00', '2026-11-03 10:00:00'];
const walked = (identity: string, ...channels: readonly string[]) =>
  channels.map((channel, index) => visit(identity, WEEKS[channels.length - 1 - index] ?? '', channel));
const only = { periods: ['month'], conversions: ['trial_started'] };

export const cases = defineCases([
  {
    name: 'five paths by hand',
    asOfDate,
    settings: only,
    given: {
      people: ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'].map((id) => person(id)),
      sessions: [
        ...walked('p1', 'email', 'paid'),
        ...walked('p2', 'paid'),
        ...walked('p3', 'email', 'organic', 'paid'),
        ...walked('p4', 'organic'),
        ...walked('p5', 'organic'),
        ...walked('p6', 'social', 'organic'),
      ],
      signals: [trial('p1', '2026-11-17 11:00:00', 100), trial('p3', '2026-11-18 11:00:00', 200)],
    },
    expected: rowsOf('2026-11/person/trial_started', {
      first: { email: [2, 300], organic: [0, 0], paid: [0, 0], social: [0, 0] },
      last: { email: [0, 0], organic: [0, 0], paid: [2, 300], social: [0, 0] },
      linear: { email: [0.833334, 116.67], organic: [0.333333, 66.67], paid: [0.833333, 116.66], social: [0, 0] },
      position: { email: [0.9, 130], organic: [0.2, 40], paid: [0.9, 130], social: [0, 0] },
      // 1/3 and 2/3; 1/7, 2/7 and 4/7.
      time_decay: { email: [0.47619, 61.9], organic: [0.285714, 57.14], paid: [1.238096, 180.96], social: [0, 0] },
      // 5/22, 2/11, 6/11 and 1/22 of two conversions.
      markov: {
        email: [0.454546, 68.18],
        organic: [0.363636, 54.54],
        paid: [1.090909, 163.64],
        social: [0.090909, 13.64],
      },
      shapley: { email: [0.833334, 125], organic: [0.333333, 50], paid: [0.833333, 125], social: [0, 0] },
    }),
  },
  {
    name: 'one channel has it all, whoever did not convert',
    asOfDate,
    settings: only,
    given: {
      people: Array.from({ length: 10 }, (_, index) => person(`p${index}`)),
      sessions: Array.from({ length: 10 }, (_, index) => walked(`p${index}`, 'organic')).flat(),
      signals: [10, 10, 10, 10.01].map((amount, index) => trial(`p${index}`, '2026-11-20 00:00:00', amount)),
    },
    expected: rowsOf('2026-11/person/trial_started', alike({ organic: [4, 40.01] })),
  },
  {
    name: 'a journey begins after the conversion before, and 90 x 24 hours before its own at most',
    asOfDate,
    settings: only,
    given: {
      people: ['p1', 'p2', 'p3', 'p4', 'p5'].map((id) => person(id)),
      sessions: [
        // Exactly 90 days before, and a millisecond more.
        visit('p1', '2026-08-22 12:00:00.000', 'referral'),
        visit('p1', '2026-08-22 11:59:59.999', 'organic'),
        // Of the conversion of October, of one at its very instant, and of the second in November.
        visit('p2', '2026-10-01 00:00:00', 'organic'),
        visit('p2', '2026-11-05 00:00:00', 'social'),
        // Direct beside something else, and alone; the part of a visit after midnight.
        visit('p3', '2026-11-02 00:00:00', 'direct'),
        visit('p4', '2026-11-02 00:00:00', 'direct'),
        visit('p5', '2026-11-02 00:00:00', 'paid_search', { is_continuation: true }),
      ],
      signals: [
        trial('p1', '2026-11-20 12:00:00.000'),
        trial('p2', '2026-10-02 00:00:00'),
        trial('p2', '2026-11-05 00:00:00'),
        trial('p2', '2026-11-06 00:00:00', 1),
        click('p3', '2026-11-01 00:00:00'),
        trial('p3', '2026-11-30 23:59:59.999'),
        trial('p4', '2026-11-03 00:00:00'),
        trial('p5', '2026-11-03 00:00:00'),
        // Not of the period.
        trial('p4', '2026-12-01 00:00:00'),
      ],
    },
    expected: rowsOf('2026-11/person/trial_started', {
      ...alike({ referral: [1, 0], social: [1, 0], email: [1, 0], direct: [1, 0], '(none)': [2, 1] }),
    }),
  },
  {
    name: 'an opportunity is created once and won once; account and person are apart, and where nobody converts all is 0',
    asOfDate,
    settings: { periods: ['month'], conversions: ['opportunity_created', 'opportunity_won'] },
    given: {
      people: [person('p1', 'acme'), person('p2', 'acme')],
      sessions: [visit('p1', '2026-11-02 00:00:00', 'organic')],
      signals: [
        click('p2', '2026-11-12 00:00:00'),
        // Names its account alone; the newest amount counts.
        deal('o1', '2026-11-05 00:00:00', 'created', { account_id: 'acme', amount: 10 }),
        deal('o1', '2026-11-06 00:00:00', 'proposal', { account_id: 'acme', amount: 70 }),
        deal('o1', '2026-11-20 00:00:00', 'won', { account_id: 'acme' }),
        deal('o1', '2026-11-21 00:00:00', 'won', { account_id: 'acme' }),
        // Its creation is not known. Another currency is not counted.
        deal('o2', '2026-11-22 00:00:00', 'won', { account_id: 'other', amount: 5, currency: 'EUR' }),
      ],
    },
    expected: [
      ...rowsOf('2026-11/account/opportunity_created', alike({ organic: [1, 70], email: [0, 0] })),
      ...rowsOf('2026-11/account/opportunity_won', {
        first: { '(none)': [1, 0], email: [0, 0], organic: [1, 70] },
        last: { '(none)': [1, 0], email: [1, 70], organic: [0, 0] },
        linear: { '(none)': [1, 0], email: [0.5, 35], organic: [0.5, 35] },
        position: { '(none)': [1, 0], email: [0.5, 35], organic: [0.5, 35] },
        // Ten days are 10/7 half-lives.
        time_decay: { '(none)': [1, 0], email: [0.729129, 51.04], organic: [0.270871, 18.96] },
        markov: { '(none)': [1, 0], email: [0.5, 35], organic: [0.5, 35] },
        shapley: { '(none)': [1, 0], email: [0.5, 35], organic: [0.5, 35] },
      }),
      ...rowsOf('2026-11/person/opportunity_created', alike({ organic: [0, 0], email: [0, 0] })),
      ...rowsOf('2026-11/person/opportunity_won', alike({ organic: [0, 0], email: [0, 0] })),
    ],
  },
]);
