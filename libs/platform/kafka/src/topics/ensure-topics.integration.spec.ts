import { setTimeout as sleep } from 'node:timers/promises';
import { useStack, waitFor } from '@millrace/platform-testing';
import { ConfigResourceTypes } from 'kafkajs';
import { committedOffsets } from '../admin/committed-offsets';
import { logBounds, logEnds, logStarts, offsetsAtTimestamp } from '../admin/log-offsets';
import { withAdmin } from '../admin/with-admin';
import { createBatchProducer } from '../producer/batch-producer';
import { specKafka } from '../testing/client';
import { describeTopics, listTopics } from './describe-topics';
import { ensureTopics } from './ensure-topics';
import type { TopicSpec } from './topic-spec';

describe('topics on a real broker', () => {
  const stack = useStack();
  const kafka = specKafka();
  const spec = (name: string, change: Partial<TopicSpec> = {}): TopicSpec => ({
    name: `${stack.topicPrefix}${name}`,
    partitions: 2,
    replicationFactor: 1,
    config: { 'retention.ms': '3600000', 'message.timestamp.type': 'LogAppendTime' },
    ...change,
  });

  it('are created once, however often and by however many', async () => {
    const specs = [spec('a'), spec('b')];
    const runs = await Promise.all([1, 2, 3, 4].map(() => ensureTopics(kafka, specs)));
    expect(runs.flat().filter(({ action }) => action === 'created')).toHaveLength(2);
    const again = await ensureTopics(kafka, specs);
    expect(again.map(({ action }) => action)).toEqual(['unchanged', 'unchanged']);
    expect(await listTopics(kafka, stack.topicPrefix)).toEqual(specs.map(({ name }) => name));
  });

  it('are altered where they differ, leaving what an operator has set, and never shrink', async () => {
    const { name } = spec('c');
    await ensureTopics(kafka, [spec('c')]);
    await withAdmin(kafka, 'setting', (admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: ConfigResourceTypes.TOPIC,
            name,
            configEntries: [
              { name: 'retention.ms', value: '1000' },
              { name: 'segment.ms', value: '77000' },
            ],
          },
        ],
      }),
    );
    const wanted = spec('c', { partitions: 4 });
    expect((await describeTopics(kafka, [wanted]))[0]?.differences.map(({ what }) => what).sort()).toEqual([
      'message.timestamp.type',
      'partitions',
      'retention.ms',
    ]);
    const changes = await ensureTopics(kafka, [wanted]);
    expect(changes.map(({ action }) => action)).toEqual(['altered', 'partitions added']);
    const [report] = await waitFor('the change', () => describeTopics(kafka, [wanted]), {
      until: ([first]) => first?.differences.length === 0,
    });
    expect(report?.facts?.overrides).toEqual({ ...wanted.config, 'segment.ms': '77000' });
    expect(await ensureTopics(kafka, [spec('c', { partitions: 1 })])).toMatchObject([{ action: 'unchanged' }]);
  });

  it('are reported when missing, and refused with advice when the broker cannot hold them', async () => {
    expect((await describeTopics(kafka, [spec('missing')]))[0]).toMatchObject({
      facts: undefined,
      differences: [{ what: 'topic', actual: 'missing' }],
    });
    await expect(ensureTopics(kafka, [spec('d', { replicationFactor: 9 })])).rejects.toMatchObject({
      code: 'TOPIC_MISCONFIGURED',
    });
    await expect(ensureTopics(kafka, [spec('e', { config: { 'retention.ms': 'soon' } })])).rejects.toMatchObject({
      code: 'TOPIC_MISCONFIGURED',
    });
  });

  it('tell where their logs begin and end, and where a time is in them', async () => {
    const { name: topic } = spec('offsets');
    await ensureTopics(kafka, [spec('offsets')]);
    const producer = createBatchProducer({ kafka });
    const value = Buffer.from('x');
    await producer.sendMany([1, 2, 3].map(() => ({ topic, partition: 0, key: null, value })));
    await sleep(30);
    const between = Date.now();
    await sleep(30);
    await producer.send({ topic, partition: 0, key: null, value });
    await producer.close();

    expect(await logEnds(kafka, topic)).toEqual(
      new Map([
        [0, 4n],
        [1, 0n],
      ]),
    );
    expect(await offsetsAtTimestamp(kafka, topic, between)).toEqual(
      new Map([
        [0, 3n],
        [1, 0n],
      ]),
    );
    await sleep(5);
    expect((await offsetsAtTimestamp(kafka, topic, Date.now() - 1)).get(0)).toBe(4n);
    await expect(offsetsAtTimestamp(kafka, topic, Date.now() + 60_000)).rejects.toMatchObject({ actor: 'developer' });

    await withAdmin(kafka, 'deleting records', async (admin) => {
      await logEnds(admin, topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
      await admin.setOffsets({ groupId: `${topic}.group`, topic, partitions: [{ partition: 0, offset: '3' }] });
      expect(await logStarts(admin, topic)).toEqual(
        new Map([
          [0, 2n],
          [1, 0n],
        ]),
      );
      expect((await logBounds(admin, topic)).ends.get(0)).toBe(4n);
      expect(await committedOffsets(admin, `${topic}.group`, [topic])).toEqual(new Map([[topic, new Map([[0, 3n]])]]));
      expect(await committedOffsets(admin, `${topic}.other`, [topic])).toEqual(new Map([[topic, new Map()]]));
    });
  });
});
