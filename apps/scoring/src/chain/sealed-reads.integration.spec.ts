import { randomUUID } from 'node:crypto';

import { loadModelSettings, personDays } from '@millrace/catalog-models';
import type { SealStep } from '@millrace/contract-window';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import { silentLog } from '@millrace/platform-kafka';
import { useStack } from '@millrace/platform-testing';

import { readScoringConfig } from '../app.config';
import { closeConnections, createConnections, type Connections } from '../connections/connections';
import { builtThrough, createRollupBuilder, type RollupBuilder } from '../rollup/rollup-builder';
import { insertAttempt, prepare, seal } from '../testing/seed';
import { createSealedReads, type SealedReads, type SealedReadsDeps } from './sealed-reads';

const T = '2026-11-23T05:10:00Z';
const NOT_READY = { code: 'SERVICE_NOT_READY', isRetryable: true };
const stack = useStack();
let connections: Connections;
let clickhouse: ClickHouse;
let sealed: SealedReads;
let heads: SealStep[];

beforeAll(async () => {
  const config = readScoringConfig(stack.environment);
  connections = createConnections(config, silentLog);
  clickhouse = connections.clickhouse;
  await prepare(config, connections);
  await connections.chain.start();
  const first = await seal(connections, 1, T, [
    { at: '2026-11-20T15:00Z', type: 'demo_requested', user: 'u1' },
    { at: '2026-11-20T16:00Z', type: 'demo_requested', user: 'u2' },
  ]);
  await insertAttempt(clickhouse, 2, [{ at: '2026-11-20T15:00Z', type: 'demo_requested', user: 'loser' }]);
  const second = await seal(connections, 2, T, [{ at: '2026-11-21T15:00Z', type: 'demo_requested', user: 'u3' }]);
  heads = [first, second];
});
afterAll(() => closeConnections(connections));
beforeEach(() => {
  sealed = readsOf(connections.chain);
});

const readsOf = (chain: SealedReadsDeps['chain']): SealedReads =>
  createSealedReads({ clickhouse, chain, builtThrough: () => builtThrough(clickhouse) });
const headOf = (step: number): SealStep => heads[step - 1] as SealStep;
const builder = (): RollupBuilder => {
  const { settings, hash } = loadModelSettings(personDays, connections.config.MODELS_CONFIG_DIR);
  return createRollupBuilder({ clickhouse, model: personDays, zone: 'UTC', settings, settingsHash: hash, sealed });
};
const noteFolded = (through: number): Promise<unknown> =>
  clickhouse.insertRows('folded_steps', [{ kind: 'folded', through }], { columns: ['kind', 'through'] });

/** A replica that lags: the rows of a step go to another table until `caughtUp`. */
async function lagBehind(step: number): Promise<{ caughtUp: () => Promise<void> }> {
  await clickhouse.command('create table later as signal_rows engine = MergeTree order by step');
  await clickhouse.command('insert into later select * from signal_rows where step = {step: UInt64}', { step });
  await clickhouse.command('delete from signal_rows where step = {step: UInt64}', { step });
  return {
    caughtUp: async () => {
      await clickhouse.command('insert into signal_rows select * from later');
      await clickhouse.command('drop table later sync');
    },
  };
}

it('binds the winners of the log, and nobody sees a losing attempt', async () => {
  const bound = await sealed.asOf(headOf(2));
  expect(bound).toMatchObject({ as_of_step: 2, folded_through: 0, rebuilds: [] });
  expect(bound.winners).toEqual(heads.map(({ step, attempt_id }) => [step, attempt_id]));
  await builder().ensureDays('2026-11-20', '2026-11-21', headOf(2));
  expect(await clickhouse.query('select identity from person_days order by identity')).toEqual(
    ['u1', 'u2', 'u3'].map((identity) => ({ identity })),
  );
});

it('builds nothing from a replica that lags, names the step and what it lacks, and goes on once it has caught up', async () => {
  const replica = await lagBehind(2);
  await expect(builder().daysTouchedAfter(0, headOf(2))).rejects.toMatchObject({
    ...NOT_READY,
    details: { step: 2, wanted: 1, found: 0 },
  });
  expect(await builder().daysTouchedAfter(0, headOf(1))).toEqual(['2026-11-20']);
  await replica.caughtUp();
  expect(await builder().daysTouchedAfter(0, headOf(2))).toEqual(['2026-11-20', '2026-11-21']);
});

it('looks at a step once', async () => {
  await sealed.asOf(headOf(2));
  const replica = await lagBehind(2);
  await expect(sealed.asOf(headOf(2))).resolves.toMatchObject({ as_of_step: 2 });
  await replica.caughtUp();
});

it('waits for losing rows to go here, too, before steps are read without their winners', async () => {
  await sealed.asOf(headOf(2));
  await noteFolded(2);
  await expect(sealed.asOf(headOf(2))).rejects.toMatchObject({
    ...NOT_READY,
    details: { step: 2, wanted: 1, found: 2 },
  });
  await clickhouse.command('delete from signal_rows where step = 2 and attempt_id != {won: UUID}', {
    won: headOf(2).attempt_id,
  });
  expect(await sealed.asOf(headOf(2))).toMatchObject({ folded_through: 2, winners: [] });
});

it('refuses a chain in ClickHouse that is not the one of the log', async () => {
  const mirror = (attemptId: string): Promise<unknown> =>
    clickhouse.insertRows('seal_steps', [{ step: 1, attempt_id: attemptId }]);
  await mirror(randomUUID());
  await expect(sealed.asOf(headOf(2))).rejects.toMatchObject({
    code: 'DECISION_LOG_BROKEN',
    details: { step: 1, inLog: headOf(1).attempt_id },
  });
  await clickhouse.command('truncate table seal_steps');
  await mirror(headOf(1).attempt_id);
  await expect(sealed.asOf(headOf(2))).resolves.toMatchObject({ as_of_step: 2 });
});

it('binds 5,000 winners, and waits for clean-up above', async () => {
  const chainOf = (length: number): SealedReadsDeps['chain'] => {
    const steps = Array.from({ length }, (_, index): SealStep => {
      const step = index + 3;
      return { ...headOf(2), step, attempt_id: randomUUID(), totals: { ...headOf(2).totals, sealed: 0 } };
    });
    const entries = [...heads, ...steps].map((value) => ({
      key: String(value.step),
      value,
      appendedAt: 0,
      offset: 0n,
    }));
    return { entries: () => entries, winner: (key) => entries.find((entry) => entry.key === key) };
  };
  const headOfChain = (length: number): SealStep => ({ ...headOf(2), step: length + 2 });
  const most = readsOf(chainOf(5_000));
  const bound = await most.asOf(headOfChain(5_000));
  expect(bound.winners).toHaveLength(5_000);
  const found = await clickhouse.queryOne<{ n: number }>(
    `select count() as n
    from sealed_rows(
      as_of_step = {as_of_step: UInt64},
      folded_through = {folded_through: UInt64},
      winners = {winners: Array(Tuple(UInt64, UUID))},
      rebuilds = {rebuilds: Array(Tuple(UInt64, DateTime, DateTime))}
    )`,
    { ...bound },
  );
  expect(found).toEqual({ n: 3 });
  await expect(readsOf(chainOf(5_001)).asOf(headOfChain(5_001))).rejects.toMatchObject({
    ...NOT_READY,
    details: { winners: 5_001 },
  });
});
