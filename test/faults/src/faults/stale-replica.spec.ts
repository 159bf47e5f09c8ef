import { waitFor, type SpawnedService } from '@millrace/platform-testing';

import { newestStep } from '../world/newest-step';
import { settle } from '../world/settle';
import { LAGGING_TABLES, staleReplica, type LaggingTable, type StaleReplica } from '../world/stale-replica';
import { isThorough, settleAndCheck, useWorld } from '../world/use-world';
import { SEALS_NOTHING, type World } from '../world/world';

const ROUNDS = isThorough ? 3 : 2;
const SECOND = 1_000;

const sendEverywhere = async ({ producers, topics, random }: World): Promise<void> => {
  for (const topic of topics) await producers.sendMix(topic, random.integer(20, 60));
};

const sealedUpTo = async (world: World): Promise<number> => (await newestStep(world))?.step ?? 0;

describe('a replica of ClickHouse that lags', () => {
  const world = useWorld({ settings: { SEAL_DEADLINE_SECONDS: '5' } });
  let replica: StaleReplica;

  beforeAll(async () => {
    replica = await staleReplica(world());
  });
  afterAll(() => replica?.close());

  /** A service on the replica, which has been lagging since before it began. */
  const startBehind = async (lagging: readonly LaggingTable[]): Promise<SpawnedService> => {
    await replica.freeze(lagging);
    return world().start({ CLICKHOUSE_URL: replica.url }, { waitsForReady: false });
  };

  it('lacks rows below a vector that is landed: they are missed, nothing is sealed until they are there', async () => {
    const lander = await world().start();
    await sendEverywhere(world());
    await settle(world());
    await lander.stop();
    const before = await newestStep(world());
    await world().start(SEALS_NOTHING);
    const sealer = await startBehind(['signals_raw']);
    await sendEverywhere(world());
    await waitFor('the sealer to miss them', () => sealer.logs().includes('CONSERVATION_BROKEN'), {
      deadlineMs: 90_000,
    });
    // Windows without records may close meanwhile.
    expect((await newestStep(world()))?.vector).toEqual(before?.vector);
    replica.thaw();
    await settleAndCheck(world(), { replay: 'none' });
    await world().stopReplicas();
  });

  it('lacks any of what is not inserted with quorum, while another service lands and seals elsewhere', async () => {
    const { producers, random } = world();
    const topic = world().topic('website');
    await world().start();
    for (let round = 0; round < ROUNDS; round++) {
      const lagging = random.shuffle<LaggingTable>(LAGGING_TABLES).slice(0, random.integer(1, LAGGING_TABLES.length));
      const signals = producers.newSignals(topic, 30, () => random.integer(0, 20 * SECOND));
      await producers.sendSignals(topic, signals);
      const reads = replica.staleReads;
      const behind = await startBehind(lagging);
      await sendEverywhere(world());
      // Copies of what was sealed after the freeze, or is about to be: a step that does not see it would seal them again.
      await producers.sendSignals(topic, random.shuffle(signals));
      await waitFor('steps to be tried on old rows', () => replica.staleReads > reads + 40, { deadlineMs: 90_000 });
      await producers.sendSignals(topic, random.shuffle(signals));
      await world().snapshot();
      replica.thaw();
      await sendEverywhere(world());
      await settle(world());
      await behind.stop();
    }
    await settleAndCheck(world());
  });
});

describe('a mirror that is not the log', () => {
  const world = useWorld();
  const run = (sql: string): Promise<void> => world().corner.clickhouse.command(sql);

  /** The mirror becomes what the query selects, at once for every reader; what it was is in `other_steps`. */
  const replaceMirror = async (selected: string): Promise<void> => {
    await run('drop table if exists other_steps');
    await run('create table other_steps as seal_steps');
    await run(`insert into other_steps ${selected}`);
    await run('exchange tables seal_steps and other_steps');
  };

  it('lacks its last steps: they are read from the log again', async () => {
    await world().start();
    await sendEverywhere(world());
    await settle(world());
    await sendEverywhere(world());
    await settle(world());
    await world().stopReplicas();
    const last = await sealedUpTo(world());
    await replaceMirror(`select * from seal_steps where step <= ${world().random.integer(1, last - 1)}`);
    await sendEverywhere(world());
    await world().start();
    await settleAndCheck(world(), { replay: 'none' });
  });

  it('names another winner: refused, loudly, until an operator has put it right', async () => {
    await world().stopReplicas();
    const last = await sealedUpTo(world());
    const forged = '11111111-1111-4111-8111-111111111111';
    await replaceMirror(
      `select * replace(
        if(step = ${last}, replaceAll(record, toString(attempt_id), '${forged}'), record) as record,
        if(step = ${last}, toUUID('${forged}'), attempt_id) as attempt_id
      ) from seal_steps`,
    );
    const refused = await world().start({}, { waitsForReady: false });
    await sendEverywhere(world());
    await waitFor('the mirror to be refused', () => refused.logs().includes('do not belong together'));
    expect((await fetch(`${refused.url}/health/ready`)).status).toBe(503);
    expect(await sealedUpTo(world())).toBe(last);
    await refused.stop();
    await run('exchange tables seal_steps and other_steps');
    await world().start();
    await settleAndCheck(world());
  });
});
