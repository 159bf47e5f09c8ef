import { randomUUID } from 'node:crypto';

import { leadScore, loadModelSettings, parseModelSettings } from '@millrace/catalog-models';
import { createTitleReader } from '@millrace/catalog-models/testing';
import { addDays } from '@millrace/contract-window';
import { silentLog } from '@millrace/platform-kafka';
import { testSeed, useStack } from '@millrace/platform-testing';
import fc from 'fast-check';

import { readScoringConfig } from './app.config';
import { closeConnections, createConnections, type Connections } from './connections/connections';
import { scoreBuild } from './testing/score-build';
import { scoreByHand, type OraclePerson } from './testing/score-oracle';
import { prepare, seedAccounts, seedPeople } from './testing/seed';

const AS_OF_DATE = '2026-11-23';
const PEOPLE = 400;
const CLASSES = [
  ...Object.keys(parseModelSettings(leadScore, {}, 'defaults').settings.engagement.classes),
  'unsubscribe', 'resubscribe', 'hard_bounce', 'email_delivered', 'closed_lost', 'opportunity', 'other', 'feature_use',
]; // prettier-ignore

const instantOn = (day: string, second: number): string =>
  new Date(Date.parse(`${day}T05:00:00Z`) + second * 1000).toISOString();

const dayRow = fc
  .tuple(
    fc.integer({ min: 0, max: 120 }),
    fc.constantFrom(...CLASSES),
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 0, max: 86_399 }),
  )
  .map(([age, signalClass, count, second]) => {
    const day = addDays(AS_OF_DATE, -age);
    return { day, signal_class: signalClass, count, last_occurred_at: instantOn(day, second) };
  });

/** A title says the seniority of those of whom no system states one. */
interface TitledPerson extends OraclePerson {
  readonly title: string | null;
}
const readTitle = createTitleReader();
const withSeniority = (one: TitledPerson): OraclePerson => ({
  ...one,
  seniority: one.seniority ?? (readTitle(one.title ?? '').seniority || null),
});

/** Instants differ between classes of one person, so that "the latest state" is never a tie. */
const person: fc.Arbitrary<TitledPerson> = fc.record({
  days: fc.uniqueArray(dayRow, { maxLength: 40, selector: (row) => `${row.day}${row.signal_class}` }).map((rows) =>
    rows.map((row, index) => ({
      ...row,
      last_occurred_at: row.last_occurred_at.replace('.000Z', `.${String(index).padStart(3, '0')}Z`),
    })),
  ),
  industry: fc.constantFrom(null, 'software', 'media', 'farming'),
  employees: fc.constantFrom(null, 5, 11, 50, 51, 1000, 1001, 90_000),
  country: fc.constantFrom(null, 'US', 'BR'),
  seniority: fc.constantFrom(null, 'c_level', 'director', 'manager', 'other'),
  title: fc.constantFrom(null, 'VP Sales', 'Leiterin Einkauf', 'Account Manager', 'Jefe de Compras', '?'),
  emailDomain: fc.constantFrom('acme.example', 'gmail.com'),
  consent: fc.constantFrom('', 'subscribed', 'unsubscribed'),
});

describe('lead_score in SQL against the same formula by hand', () => {
  const stack = useStack();
  let connections: Connections;
  beforeAll(async () => {
    const config = readScoringConfig(stack.environment);
    connections = createConnections(config, silentLog);
    await prepare(config, connections);
  });
  afterAll(() => closeConnections(connections));

  const insertPeople = async (people: readonly TitledPerson[], buildId: string, prefix: string): Promise<void> => {
    const { clickhouse } = connections;
    const version = { updated_at: '2026-01-01T00:00:00Z' };
    await seedAccounts(
      clickhouse,
      people.map(({ industry, employees, country }, index) => ({
        account_id: `${prefix}a${index}`,
        industry,
        employees,
        country,
        ...version,
      })),
    );
    await seedPeople(
      clickhouse,
      people.map(({ seniority, title, emailDomain, consent }, index) => ({
        person_id: `${prefix}u${index}`,
        email: `${prefix}${index}@${emailDomain}`,
        email_domain: emailDomain,
        account_id: `${prefix}a${index}`,
        seniority,
        title,
        consent,
        ...version,
      })),
    );
    await clickhouse.insertRows(
      'person_days_rows',
      people.flatMap(({ days }, index) =>
        days.map((row) => ({
          ...row,
          zone: 'America/New_York',
          build_id: buildId,
          step: 1,
          identity_kind: 'user',
          identity: `${prefix}u${index}`,
          first_occurred_at: row.last_occurred_at,
        })),
      ),
    );
  };

  it.each([
    ['the defaults', {}],
    [
      'other weights with fractions',
      {
        engagement: { maximum: 77.7, classes: { open: { weight: 1.234567 }, click: { half_life_days: 3.3 } } },
        fit: { maximum: 12 },
        grades: { A: 10, B: 6, C: 3 },
        negatives: { unsubscribed: -7.5 },
      },
    ],
  ])('%s: every score, grade and contribution is equal, and contributions sum to the score', async (name, given) => {
    const { settings } = parseModelSettings(leadScore, given, name);
    const people = fc.sample(person, { numRuns: PEOPLE, seed: testSeed() });
    const buildId = randomUUID();
    const prefix = `${buildId.slice(0, 4)}-`;
    await insertPeople(people, buildId, prefix);
    const days = Array.from({ length: 400 }, (_, index) => addDays(AS_OF_DATE, -1 - index));
    const runId = `oracle-${buildId}`;
    await scoreBuild(connections.clickhouse, { settings, buildId, days, asOfDate: AS_OF_DATE, runId });

    const rows = await connections.clickhouse.query<{
      entity_id: string;
      score: number;
      grade: string;
      total: string;
      contributions: { component: string; signal_class: string; day: string | null; points: number }[];
    }>(
      `select entity_id, score, grade, toString(states.total_micro) as total, contributions
      from score_rows final
      inner join (select run_id, entity_id, total_micro from lead_score_states final) as states using (run_id, entity_id)
      where run_id = {run_id: String} and startsWith(entity_id, {prefix: String})`,
      { run_id: runId, prefix },
    );
    expect(rows).toHaveLength(PEOPLE);
    for (const row of rows) {
      const index = Number(row.entity_id.slice(prefix.length + 1));
      const wanted = scoreByHand(withSeniority(people[index] as TitledPerson), AS_OF_DATE, settings);
      const points = Object.fromEntries(
        row.contributions.map((part) => [`${part.component}|${part.signal_class}|${part.day ?? ''}`, part.points]),
      );
      expect({ index, score: row.score, grade: row.grade, total: row.total, points }).toEqual({
        index,
        score: wanted.score,
        grade: wanted.grade,
        total: String(wanted.total),
        points: wanted.points,
      });
      expect(Object.values(points).reduce((sum, value) => sum + value, 0)).toBe(row.score);
    }
  });

  it('the shipped settings are the defaults', () => {
    const { MODELS_CONFIG_DIR } = readScoringConfig({});
    expect(loadModelSettings(leadScore, MODELS_CONFIG_DIR).hash).toBe(
      parseModelSettings(leadScore, {}, 'defaults').hash,
    );
  });
});

describe('the formula by hand', () => {
  const { settings } = parseModelSettings(leadScore, {}, 'defaults');
  it('contributions always sum to the score, which is from 0 to 100', () => {
    fc.assert(
      fc.property(person, (one) => {
        const { score, points } = scoreByHand(withSeniority(one), AS_OF_DATE, settings);
        expect(Object.values(points).reduce((sum, value) => sum + value, 0)).toBe(score);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
      }),
      { seed: testSeed() },
    );
  });
});
