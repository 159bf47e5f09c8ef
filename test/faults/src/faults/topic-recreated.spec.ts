import { waitFor, type SpawnedService } from '@millrace/platform-testing';

import { settle } from '../world/settle';
import { settleAndCheck, useWorld } from '../world/use-world';
import type { World } from '../world/world';

async function recreate(world: World, source: string, partitions: number): Promise<string> {
  const topic = world.topic(source);
  await world.admin((admin) => admin.deleteTopics({ topics: [topic] }));
  await waitFor(
    'the topic to be gone',
    async () => !(await world.admin((admin) => admin.listTopics())).includes(topic),
  );
  await world.createTopic(source, partitions);
  world.ledger.raiseEpoch(topic);
  return topic;
}

const waitForRefusal = (replica: SpawnedService): Promise<boolean> =>
  waitFor('the partition to be refused in the log', () => replica.logs().includes('partition refused'), {
    deadlineMs: 60_000,
  });

describe('a topic created again', () => {
  const world = useWorld({ sources: { website: 1, crm: 1 }, settings: { SEAL_DEADLINE_SECONDS: '4' } });
  let replica: SpawnedService;
  let epochs = '';

  it('while the service is down is refused loudly, whether its log is shorter', async () => {
    const { producers } = world();
    const topic = world().topic('website');
    replica = await world().start();
    await producers.sendSignals(topic, producers.newSignals(topic, 30));
    await producers.sendMix(world().topic('crm'), 20);
    await settle(world());
    await world().stopReplicas();
    await recreate(world(), 'website', 1);
    await producers.sendSignals(topic, producers.newSignals(topic, 10));
    replica = await world().start({}, { waitsForReady: false });
    await waitForRefusal(replica);
    expect(replica.logs()).toContain(`TOPIC_EPOCHS=${topic}=1`);
    expect((await fetch(`${replica.url}/health/ready`)).status).toBe(503);
  });

  it('or longer than what was landed', async () => {
    const { producers } = world();
    const topic = world().topic('website');
    await replica.stop();
    await producers.sendSignals(topic, producers.newSignals(topic, 60));
    replica = await world().start({}, { waitsForReady: false });
    await waitForRefusal(replica);
    // Nothing of it was landed. Others go on: at the deadline it is left behind, and the step says so.
    const crm = world().topic('crm');
    await producers.sendSignals(
      crm,
      producers.newSignals(crm, 20, () => 1_000),
    );
    await settle(world(), { except: [topic] });
    const left = await waitFor('a step that leaves it behind', async () =>
      world().corner.clickhouse.queryOne<{ record: string }>(
        "select record from seal_steps where reason = 'deadline' order by step desc limit 1",
      ),
    );
    expect(JSON.parse(left?.record ?? '{}')).toMatchObject({ incomplete: [{ topic, partition: 0 }] });
    const landed = await world().corner.clickhouse.queryOne<{ rows: number }>(
      'select uniqExact(offset) as rows from signals_raw where topic = {topic: String}',
      { topic },
    );
    expect(landed).toEqual({ rows: 30 });
  });

  it('goes on in a new epoch once an operator says so', async () => {
    const topic = world().topic('website');
    await replica.stop();
    epochs = `${topic}=1`;
    replica = await world().start({ TOPIC_EPOCHS: epochs });
    await world().producers.sendMix(topic, 40);
    await settleAndCheck(world(), { replay: 'raw' });
  });

  it('while the service runs is refused too', async () => {
    const { producers } = world();
    const topic = await recreate(world(), 'crm', 1);
    await producers.sendSignals(topic, producers.newSignals(topic, 80));
    await waitForRefusal(replica);
    await replica.stop();
    replica = await world().start({ TOPIC_EPOCHS: `${epochs},${topic}=1` });
    await settleAndCheck(world(), { replay: 'raw' });
  });
});
