import { sealedTopic, type SealStep } from '@millrace/contract-window';
import { waitFor } from '@millrace/platform-testing';

import { settle } from '../world/settle';
import { takeSnapshot } from '../world/snapshot';
import { World } from '../world/world';
import { checkInvariants, findViolations } from './check-invariants';
import { gatherEvidence, readLogs, type Logs } from './evidence';
import { checkWholeSteps } from './i7-whole-steps';
import type { Invariant } from './violation';

let world: World;
let logs: Logs;

beforeAll(async () => {
  world = await World.open();
  await world.start();
  for (const topic of world.topics) {
    await world.producers.sendMix(topic, 150);
    await world.producers.sendTransaction(topic, 10, 'abort');
    await world.producers.sendTransaction(topic, 10, 'commit');
  }
  await settle(world);
  await world.snapshot();
  await world.producers.sendMix(world.topic('website'), 100, { ageMs: () => world.random.integer(60_000, 90_000_000) });
  await settle(world);
  await world.stopReplicas();
  await waitFor('the reader to see both steps', () => world.reader.looks.at(-1)?.length ?? 0, { until: (n) => n > 1 });
  // It must not see the damage that is done below.
  await world.reader.stop();
  logs = await readLogs(world);
});
afterAll(() => world?.close());

const run = (sql: string): Promise<void> => world.corner.clickhouse.command(sql);

/** Does the damage, looks, and puts the table back. */
async function withDamage(table: string, damage: readonly string[]): Promise<ReadonlySet<Invariant>> {
  await run(`create table saved as ${table}`);
  await run(`insert into saved select * from ${table}`);
  try {
    for (const sql of damage) await run(sql);
    return new Set((await findViolations(world, { replay: 'none', logs })).map(({ invariant }) => invariant));
  } finally {
    await run(`truncate table ${table}`);
    await run(`insert into ${table} select * from saved`);
    await run('drop table saved');
  }
}

const ONE =
  '(step, attempt_id, signal_id) in (select step, attempt_id, signal_id from signals order by signal_id limit 1)';

it('finds nothing in a world where nothing went wrong', () => checkInvariants(world));

it.each<[string, Invariant, string, string[]]>([
  ['a sealed row is gone', 'I1', 'signal_rows', [`delete from signal_rows where ${ONE}`]],
  ['a signal is sealed twice', 'I2', 'signal_rows', [`insert into signal_rows select * from signal_rows where ${ONE}`]],
  [
    'a sealed row says something else than was sent',
    'I3',
    'signal_rows',
    [
      `insert into signal_rows select * replace('other@example.com' as email) from (select * from signal_rows where ${ONE})`,
      `delete from signal_rows where ${ONE} and email != 'other@example.com'`,
    ],
  ],
  [
    'a row that nobody sent is sealed',
    'I3',
    'signal_rows',
    [`insert into signal_rows select * replace('forged' as signal_id) from (select * from signal_rows where ${ONE})`],
  ],
  [
    'a quarantined record is gone',
    'I4',
    'signals_quarantined',
    [
      'delete from signals_quarantined where (topic, partition, offset) in (select topic, partition, offset from signals_quarantined limit 1)',
    ],
  ],
  ['a skipped range is gone', 'I4', 'signals_skipped', ['truncate table signals_skipped']],
  [
    'too much is skipped',
    'I4',
    'signals_skipped',
    [
      `insert into signals_skipped (topic, topic_epoch, partition, first_offset, last_offset, reason)
      select topic, topic_epoch, partition, min(offset), min(offset), 'marker_or_aborted' from signals_raw group by all limit 1`,
    ],
  ],
  [
    'the mirror names another winner',
    'I5',
    'seal_steps',
    [
      `insert into seal_steps select * replace(generateUUIDv4() as attempt_id) from (select * from seal_steps where step = 1)`,
    ],
  ],
  ['the mirror lacks a step', 'I5', 'seal_steps', ['delete from seal_steps where step = 1']],
  ['what was visible as of a step changed', 'I8', 'signal_rows', [`delete from signal_rows where step = 1`]],
  ['landed records are gone', 'I9', 'signals_raw', ['delete from signals_raw where offset < 10']],
  ['duplicates are not accounted for', 'I9', 'partition_seals', ['delete from partition_seals where duplicates > 0']],
])('%s: %s is violated', async (_what, invariant, table, damage) => {
  expect([...(await withDamage(table, damage))]).toContain(invariant);
});

it('part of a step is seen: I7 is violated', async () => {
  const evidence = await gatherEvidence(world);
  const whole = world.reader.looks.at(-1) ?? [];
  expect(whole.length).toBeGreaterThan(1);
  expect(checkWholeSteps(evidence, { looks: [whole] })).toEqual([]);
  const partly = whole.map((row, index) => (index === 0 ? { ...row, rows: row.rows - 1 } : row));
  expect(checkWholeSteps(evidence, { looks: [partly] })).toHaveLength(1);
  expect(checkWholeSteps(evidence, { looks: [whole.slice(1)] })).toHaveLength(1);
  expect(checkWholeSteps(evidence, { looks: [whole, whole.map((row) => ({ ...row, hash: '1' }))] })).toHaveLength(
    whole.length,
  );
});

it('an acknowledged signal that is not in the log: I1 is violated', async () => {
  const [signal] = world.producers.newSignals(world.topic('crm'), 1);
  const entry = world.ledger.add(world.topic('crm'), { kind: 'signal', signal: signal as NonNullable<typeof signal> });
  entry.place = { topic: entry.topic, epoch: 0, partition: 0, offset: 0 };
  const violations = await findViolations(world, { replay: 'none', logs });
  entry.place = undefined;
  expect(violations.map(({ invariant }) => invariant)).toContain('I1');
});

/** Last: what is in the chain's log stays there. */
it('the chain goes back and a digest is wrong: I5 and I6 are violated', async () => {
  const { chain } = await gatherEvidence(world);
  const last = chain.winners.at(-1)?.step as SealStep;
  const forged: SealStep = {
    ...last,
    step: last.step + 1,
    closed_through: last.closed_through - 1,
    digest: 'f'.repeat(last.digest.length),
    attempt_id: '00000000-0000-4000-8000-000000000000',
  };
  const producer = world.corner.kafka.producer();
  await producer.connect();
  const topic = sealedTopic(world.corner.topicPrefix).name;
  const message = { key: String(forged.step), value: JSON.stringify(forged) };
  await producer.send({ topic, messages: [message] });
  await producer.disconnect();
  const found = new Set((await findViolations(world)).map(({ invariant }) => invariant));
  expect([...found]).toEqual(expect.arrayContaining(['I5', 'I6']));
  expect((await takeSnapshot(world.corner.clickhouse)).step).toBe(last.step);
});
