import { useStack } from '@millrace/platform-testing';

import { createStepContext } from './attempt/step-context';
import { FIELDS_VERSION } from './attempt/sealed-fields';
import { FORMS_VERSION } from './enrich/forms-of';
import { fillAttempt } from './attempt/fill-attempt';
import { isWinner } from './attempt/vector-conditions';
import { readFoldNotes } from './fold/fold-steps';
import { HOUR, MINUTE, SealingFixture, T0, type Replica } from '../testing/sealing-fixture';
import type { Proposal } from './propose/proposal';

const stack = useStack();
let fixture: SealingFixture;

beforeAll(async () => {
  fixture = await SealingFixture.create(stack);
});
afterAll(() => fixture.close());

let offset = 0;
const signals = (count: number, occurredAt: number, prefix: string) =>
  Array.from({ length: count }, (_, i) => ({ partition: 0, offset: offset++, id: `${prefix}${i}`, occurredAt }));

async function proposalOf({ sealer }: Replica): Promise<Proposal> {
  const proposed = await sealer.propose();
  if (proposed.kind === 'wait') throw new Error(`waits: ${proposed.because}`);
  return proposed.proposal;
}

const count = async (table: string): Promise<number> =>
  (await fixture.clickhouse.queryOne<{ rows: number }>(`select count() as rows from ${table}`))?.rows ?? 0;

it('reads the missing offsets from the log again, and seals nothing until they are there', async () => {
  const all = signals(10, T0 - HOUR, 'gap');
  await fixture.land([...all.slice(0, 3), ...all.slice(5, 9)]);
  await fixture.reach(10);
  fixture.now = T0 + 11 * MINUTE;
  const asked: string[] = [];
  const away = await fixture.replica({ reland: () => Promise.resolve() });
  await expect(away.sealer.seal(await proposalOf(away))).rejects.toMatchObject({
    code: 'CONSERVATION_BROKEN',
    isRetryable: true,
  });
  expect(away.chain.head().step).toBe(0);
  const replica = await fixture.replica({
    reland: async (topic, ranges) => {
      for (const { partition, from, to } of ranges) {
        asked.push(`${topic === fixture.topic} ${partition} ${from} ${to}`);
        await fixture.land(all.slice(from, to));
      }
    },
  });
  expect(await replica.sealer.seal(await proposalOf(replica))).toMatchObject({
    step: { totals: { sealed: 10, offsets: 10 } },
  });
  expect(asked).toEqual(['true 0 3 10']);
});

it('closes steps before it cleans them up: an attempt that wakes up late inserts nothing, and the winner stays', async () => {
  await fixture.land(signals(5, T0, 'fold'));
  await fixture.reach(15);
  fixture.now += HOUR;
  const [winner, loser] = [await fixture.replica(), await fixture.replica()];
  const proposal = await proposalOf(winner);
  const previous = loser.chain.head();
  await Promise.all([winner.sealer.seal(proposal), loser.sealer.seal(proposal)]);
  expect(await count('signal_rows where step = 2')).toBe(10);
  expect(await count('signals where step = 2')).toBe(5);

  await winner.sealer.fold();
  expect(await readFoldNotes(fixture.clickhouse, stack.database)).toMatchObject({
    folded_through: 0,
    closing_through: 2,
  });
  await winner.sealer.fold();
  expect(await count('signal_rows where step = 2')).toBe(10);
  const paused = createStepContext({
    clickhouse: fixture.clickhouse,
    databases: { raw: stack.database, sealed: stack.database, target: stack.database },
    previous,
    proposal,
    attemptId: '11111111-1111-4111-8111-111111111111',
    foldedThrough: 0,
    winners: [],
    longestInsertSeconds: 60,
    formsVersion: FORMS_VERSION,
    fieldsVersion: FIELDS_VERSION,
  });
  expect((await fillAttempt(paused, [])).totals.sealed).toBe(0);

  // As if the server's limit for inserts had passed since.
  const { sealer } = await fixture.replica({ longestInsertSeconds: -60 });
  await sealer.fold();
  expect(await readFoldNotes(fixture.clickhouse, stack.database)).toMatchObject({ folded_through: 2 });
  expect(await count('signal_rows where step = 2')).toBe(5);
  expect(await count('signals where step = 2')).toBe(5);
  expect(await count('window_seals where step = 2')).toBe(1);
});

it('tells winners from losers by the mirror where there are too many to bind', async () => {
  const { sql, params } = isWinner(
    0,
    Array.from({ length: 101 }, (_, i) => ({ step: i + 1, attemptId: '11111111-1111-4111-8111-111111111111' })),
  );
  expect(params).not.toHaveProperty('winner_steps');
  const [row] = await fixture.clickhouse.query<{ rows: number }>(
    `select count() as rows from signal_rows where step = 2 and ${sql}`,
    { sealed: stack.database, ...params },
  );
  expect(row?.rows).toBe(5);
});

it('refuses a log whose last step is not the one that is mirrored', async () => {
  await fixture.clickhouse.insertRows('seal_steps', [
    {
      step: 3,
      attempt_id: '11111111-1111-4111-8111-111111111111',
      closed_through: new Date(T0 + 9 * HOUR).toISOString(),
      closed_before: T0 / 1000,
      vector: '[]',
      reason: 'late',
      log_offset: 1_000,
      sealed_at: new Date(T0).toISOString(),
      record: JSON.stringify({ ...(await headStep()), step: 3 }),
    },
  ]);
  await expect(fixture.replica()).rejects.toMatchObject({ code: 'DECISION_LOG_BROKEN' });
  await fixture.clickhouse.command('delete from seal_steps where step = 3');
});

async function headStep(): Promise<object> {
  const row = await fixture.clickhouse.queryOne<{ record: string }>(
    'select record from seal_steps final where step = 2',
  );
  return JSON.parse(row?.record ?? '{}') as object;
}

it('never shows part of a step to a reader, however slowly the query is planned', async () => {
  const replica = await fixture.replica();
  let isDone = false;
  const seen = new Map<string, number>();
  // The sleep is where a slow analysis would be: after the winners are known, or before.
  const queries = [
    'select step, count() as rows from signals group by step',
    'select step, count() as rows from signals where (select sleep(0.02)) = 0 group by step',
    'select s.step as step, count() as rows from signals as s inner join (select sleep(0.02) as zero) as z on z.zero = 0 group by step',
  ];
  const reader = async (sql: string): Promise<void> => {
    while (!isDone) {
      for (const { step, rows } of await fixture.clickhouse.query<{ step: number; rows: number }>(sql)) {
        seen.set(`${step}:${rows}`, (seen.get(`${step}:${rows}`) ?? 0) + 1);
      }
    }
  };
  const readers = queries.map((sql) => reader(sql).catch((error: unknown) => error));
  const expected = new Set<string>(['1:10', '2:5']);
  try {
    for (let round = 3; round < 9; round++) {
      // Two months: at least two parts, which become visible one after the other.
      await fixture.land([
        ...signals(40, T0 - 40 * 24 * HOUR, `i${round}-`),
        ...signals(40, T0 - 2 * HOUR, `j${round}-`),
      ]);
      await fixture.reach(offset);
      fixture.now += 6 * MINUTE;
      const proposed = await replica.sealer.propose();
      if (proposed.kind === 'wait') throw new Error(proposed.because);
      await replica.sealer.seal(proposed.proposal);
      expected.add(`${round}:80`);
    }
  } finally {
    isDone = true;
  }
  expect(await Promise.all(readers)).toEqual([undefined, undefined, undefined]);
  expect([...seen.keys()].filter((key) => !expected.has(key))).toEqual([]);
  expect(seen.size).toBeGreaterThan(3);
});
