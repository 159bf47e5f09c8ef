import { loadSql } from '@millrace/platform-clickhouse';
import { waitFor } from '@millrace/platform-testing';

import { readChain } from '../invariants/read-chain';
import { gate, type Gate } from '../world/gate';
import { openKafkaWire, type KafkaWire } from '../world/kafka-wire';
import { settle } from '../world/settle';
import { settleAndCheck, useWorld } from '../world/use-world';
import { SEALS_NOTHING, type World } from '../world/world';

/** An insert of an attempt may take one second, and a margin of a minute; then losing attempts are cleaned up. */
const CLEANS_UP = { SEAL_LONGEST_INSERT_SECONDS: '1' };

interface Undecided {
  readonly step: number;
  readonly attempt_id: string;
}

const attemptRows = async ({ corner }: World, { step, attempt_id: attemptId }: Undecided): Promise<number> => {
  const row = await corner.clickhouse.queryOne<{ rows: number }>(loadSql(__dirname, 'sql/attempt-row-count.sql'), {
    step,
    attempt_id: attemptId,
  });
  return row?.rows ?? 0;
};

const foldedThrough = async ({ corner }: World): Promise<number> => {
  const row = await corner.clickhouse.queryOne<{ through: number }>(
    "select max(through) as through from folded_steps where kind = 'folded'",
  );
  return row?.through ?? 0;
};

describe('the append of a step delayed past the clean-up', () => {
  const world = useWorld({ settings: CLEANS_UP });
  const wires: KafkaWire[] = [];
  // Its rows are stored, its counts are not yet: the attempt is made, the proposal not sent.
  let beforeProposal: Gate;

  beforeAll(async () => {
    beforeProposal = await gate(world().corner.environment['CLICKHOUSE_URL'] ?? '', /^insert into \S*window_seals/i);
  });
  afterAll(async () => {
    await beforeProposal?.close();
    await Promise.all(wires.map((wire) => wire.close()));
  });

  /** A replica makes an attempt, sends its proposal, and dies; the proposal is on its way. */
  const leaveOnItsWay = async (): Promise<Undecided & { readonly wire: KafkaWire }> => {
    const { producers, topics, corner } = world();
    const wire = await openKafkaWire(corner.environment['KAFKA_BROKERS'] ?? '');
    wires.push(wire);
    const sendEverywhere = async (): Promise<void> => {
      for (const topic of topics) await producers.sendMix(topic, 60);
    };
    const lander = await world().start(SEALS_NOTHING);
    const sealer = await world().start(
      { ...wire.settings, CLICKHOUSE_URL: beforeProposal.url },
      { waitsForReady: false },
    );
    await sendEverywhere();
    // Its first proposal asks where the log is before it is sent.
    await settle(world());
    beforeProposal.shut();
    await sendEverywhere();
    await waitFor('an attempt that is not proposed', () => beforeProposal.waiting > 0, { deadlineMs: 90_000 });
    const [attempt] = (await corner.clickhouse.query<Undecided>(loadSql(__dirname, 'sql/undecided-attempts.sql'))) as [
      Undecided,
    ];
    wire.holdRequests();
    beforeProposal.open();
    await waitFor('its proposal to be on its way', () => wire.holds(attempt.attempt_id));
    await sealer.kill();
    await lander.stop();
    return { ...attempt, wire };
  };

  it('loses if another one won the step, whose clean-up removed its rows; wins if nobody did, and has its rows', async () => {
    const { replicas } = world();
    const lost = await leaveOnItsWay();
    await world().start();
    await settle(world());
    expect(await attemptRows(world(), lost)).toBeGreaterThan(0);
    await Promise.all(replicas.map((replica) => replica.stop()));

    // A step that nobody has decided yet, at the same time.
    const undecided = await leaveOnItsWay();
    expect(undecided.step).toBeGreaterThan(lost.step);
    await world().start(SEALS_NOTHING);
    await waitFor('every decided step to be cleaned up', () => foldedThrough(world()), {
      deadlineMs: 150_000,
      everyMs: 250,
      until: (step) => step === undecided.step - 1,
    });
    expect(await attemptRows(world(), lost)).toBe(0);
    // However old it is: its append could still win.
    expect(await attemptRows(world(), undecided)).toBeGreaterThan(0);
    await world().snapshot();

    lost.wire.release();
    undecided.wire.release();
    const chain = await waitFor(
      'both to be in the log',
      () => readChain(world().corner.kafka, world().corner.topicPrefix),
      { until: ({ winners, losers }) => winners.length >= undecided.step && losers.length > 0 },
    );
    expect(chain.winners[undecided.step - 1]?.step.attempt_id).toBe(undecided.attempt_id);
    expect(chain.losers.map((step) => step.attempt_id)).toContain(lost.attempt_id);
    await world().stopReplicas();
    for (const topic of world().topics) await world().producers.sendMix(topic, 30);
    await world().start();
    await settleAndCheck(world());
  });
});
