import { findModel, parseModelSettings } from '@millrace/catalog-models';
import { createTitleReader, HELD_OUT, heldOutTitles, randomTitle, rolesByHand } from '@millrace/catalog-models/testing';
import { testSeed, useStack } from '@millrace/platform-testing';
import fc from 'fast-check';

import { seal, seedPeople } from './testing/seed';
import { openWhoIsWho, type WhoIsWho } from './testing/who-is-who';

// 02:00 in New York.
const AS_OF = Date.parse('2026-11-23T07:00:00Z');
const updated_at = '2026-01-01T00:00:00Z';
const RANDOM_TITLES = 3000;

interface Read {
  readonly person_id: string;
  readonly title: string;
  readonly seniority: string;
  readonly seniority_from: string;
  readonly department: string;
  readonly department_from: string;
  readonly job_function: string;
  readonly buying_roles: readonly string[];
}

/** What systems state of people with titles. */
const STATED = [
  { person_id: 'both', title: 'CFO', seniority: 'manager', department: 'Customer Success' },
  { person_id: 'seniority', title: 'CFO', seniority: 'Intern' },
  { person_id: 'department', title: 'CFO', department: 'Einkauf' },
  { person_id: 'strange-department', title: 'CFO', department: 'Team Blue' },
  { person_id: 'no-title', department: 'IT' },
  { person_id: 'nothing' },
];

describe('titles of people in SQL', () => {
  const stack = useStack();
  const titles = [
    ...HELD_OUT.flatMap(heldOutTitles).map(({ title }) => title),
    ...fc.sample(randomTitle, { numRuns: RANDOM_TITLES, seed: testSeed() }),
  ];
  const roles = parseModelSettings(findModel('people_as_of'), {}, 'defaults').settings as {
    readonly buying_roles: Parameters<typeof rolesByHand>[1];
  };
  let who: WhoIsWho;
  let read: ReadonlyMap<string, Read>;

  beforeAll(async () => {
    who = await openWhoIsWho(stack.environment);
    const { clickhouse } = who.connections;
    await seedPeople(clickhouse, [
      ...titles.map((title, index) => ({ person_id: `t${index}`, title, updated_at })),
      ...STATED.map((facts) => ({ ...facts, updated_at })),
    ]);
    await seal(who.connections, 1, '2026-11-23T06:10:00Z', [
      { at: '2026-11-20T15:00Z', type: 'identified', user: 'ann' },
    ]);
    const { run } = await who.run(AS_OF);
    const rows = await clickhouse.query<Read>(
      `select person_id, title, seniority, seniority_from, department, department_from, job_function, buying_roles
      from people_as_of_of(run_id = {run_id: String})`,
      { run_id: run.run_id },
    );
    read = new Map(rows.map((row) => [row.person_id, row]));
  });

  afterAll(() => who.close());

  it('say the same as the rule by hand, of real titles and random ones', () => {
    const readTitle = createTitleReader();
    const differing = titles.flatMap((title, index) => {
      const row = read.get(`t${index}`);
      const expected = readTitle(title);
      const isSame = row?.seniority === expected.seniority && row.department === expected.department;
      return isSame ? [] : [{ title, expected, row }];
    });
    expect(differing.slice(0, 5)).toEqual([]);
    expect(titles.filter((title) => readTitle(title).seniority !== '').length).toBeGreaterThan(RANDOM_TITLES / 2);
  });

  it('say where seniority and department come from', () => {
    const wrong = titles.flatMap((title, index) => {
      const row = read.get(`t${index}`);
      const from = (word: string | undefined): string => (word === '' ? '' : 'title');
      return row?.seniority_from === from(row?.seniority) && row.department_from === from(row.department)
        ? []
        : [title];
    });
    expect(wrong).toEqual([]);
  });

  it('give roles in a purchase as the rule by hand', () => {
    const differing = [...read.values()].filter((row) => {
      const expected = rolesByHand({ seniority: row.seniority, jobFunction: row.job_function }, roles.buying_roles);
      return JSON.stringify(row.buying_roles) !== JSON.stringify(expected);
    });
    expect(differing).toEqual([]);
    expect(new Set([...read.values()].flatMap((row) => row.buying_roles)).size).toBe(7);
  });

  it('fill what no system states, and nothing else', () => {
    const columns = ['seniority', 'seniority_from', 'department', 'department_from', 'job_function'] as const;
    const found = STATED.map(({ person_id }) => [person_id, ...columns.map((column) => read.get(person_id)?.[column])]);
    expect(found).toEqual([
      ['both', 'manager', 'stated', 'Customer Success', 'stated', 'support'],
      ['seniority', 'intern', 'stated', 'finance', 'title', 'finance'],
      ['department', 'c_level', 'title', 'Einkauf', 'stated', 'procurement'],
      ['strange-department', 'c_level', 'title', 'Team Blue', 'stated', 'finance'],
      ['no-title', '', '', 'IT', 'stated', 'it'],
      ['nothing', '', '', '', '', ''],
    ]);
  });
});
