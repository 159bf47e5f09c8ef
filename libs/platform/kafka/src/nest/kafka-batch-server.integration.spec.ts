import 'reflect-metadata';
import { Controller, Injectable, Module } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { useStack, waitFor } from '@millrace/platform-testing';
import { committedOffsets } from '../admin/committed-offsets';
import type { BatchContext } from '../consumer/batch-handler';
import type { RecordBatchView } from '../consumer/record-batch-view';
import { createBatchProducer } from '../producer/batch-producer';
import { specKafka } from '../testing/client';
import { ensureTopics } from '../topics/ensure-topics';
import { BatchPattern } from './batch-pattern.decorator';
import { KafkaBatchServer } from './kafka-batch-server';

jest.setTimeout(60_000);

/** Decorators are evaluated before the spec has its topic prefix, so these topics carry a random part of their own. */
const RUN = `nest${Math.random().toString(36).slice(2, 10)}`;

@Injectable()
class Journal {
  readonly lines: string[] = [];
  failures = 0;
}

@Controller()
class Lander {
  constructor(private readonly journal: Journal) {}

  @BatchPattern({ topics: new RegExp(`^${RUN}\\.signals\\.`) })
  async land(@Payload() batch: RecordBatchView, @Ctx() context: BatchContext): Promise<void> {
    if (this.journal.failures++ < 2) throw new Error('the database is away');
    for (const record of batch.records()) this.journal.lines.push(`land ${String(record.value)}`);
    await context.heartbeat();
    await context.commit();
  }

  @BatchPattern({ topics: [`${RUN}.signals.web`], groupId: `${RUN}.fast` })
  async hurry(@Payload() batch: RecordBatchView): Promise<void> {
    for (const record of batch.records()) this.journal.lines.push(`hurry ${String(record.value)}`);
  }
}

@Module({ controllers: [Lander], providers: [Journal] })
class LandingModule {}

@Controller()
class Twins {
  @BatchPattern({ topics: ['a'] })
  async one(): Promise<void> {}

  @BatchPattern({ topics: ['b'] })
  async two(): Promise<void> {}
}

@Module({ controllers: [Twins] })
class TwinsModule {}

describe('the Nest batch transport on a real broker', () => {
  useStack();
  const kafka = specKafka();

  afterAll(async () => {
    const admin = kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [`${RUN}.signals.web`, `${RUN}.signals.crm`] });
    await admin.disconnect();
  });

  it('hands batches to marked handlers, retries what failed, commits what they commit, and stops cleanly', async () => {
    const topics = [`${RUN}.signals.web`, `${RUN}.signals.crm`];
    const spec = { partitions: 1, replicationFactor: 1, config: {} };
    await ensureTopics(kafka, [{ name: topics[0] as string, ...spec }]);
    const strategy = new KafkaBatchServer({
      kafka,
      groupId: `${RUN}.windowing`,
      maxWaitTimeMs: 100,
      discoveryIntervalMs: 200,
      backoff: { firstMs: 20, longestMs: 100 },
    });
    const module = await Test.createTestingModule({ imports: [LandingModule] }).compile();
    const app = module.createNestMicroservice({ strategy, logger: false });
    await app.listen();
    await strategy.joined();
    expect(strategy.isReady()).toBe(true);

    const producer = createBatchProducer({ kafka });
    await producer.send({ topic: topics[0] as string, key: 'a', value: Buffer.from('web') });
    await ensureTopics(kafka, [{ name: topics[1] as string, ...spec }]);
    await producer.send({ topic: topics[1] as string, key: 'a', value: Buffer.from('crm') });
    await producer.close();

    const { lines } = module.get(Journal);
    await waitFor('all three', () => lines, { until: (seen) => new Set(seen).size === 3 });
    expect([...new Set(lines)].sort()).toEqual(['hurry web', 'land crm', 'land web']);
    await waitFor('the commits', () => committedOffsets(kafka, `${RUN}.windowing`, topics), {
      until: (offsets) => topics.every((topic) => offsets.get(topic)?.get(0) === 1n),
    });
    expect((await committedOffsets(kafka, `${RUN}.fast`, topics)).get(topics[0] as string)?.size).toBe(0);
    await app.close();
    expect(strategy.isReady()).toBe(false);
  });

  it('refuses two handlers of one group, which would commit over each other', async () => {
    const module = await Test.createTestingModule({ imports: [TwinsModule] }).compile();
    const strategy = new KafkaBatchServer({ kafka, groupId: 'twins' });
    const app = module.createNestMicroservice({ strategy, logger: false });
    await expect(app.listen()).rejects.toThrow(/two batch handlers/);
    await app.close();
  });

  it('starts while Kafka is away', async () => {
    const strategy = new KafkaBatchServer({ kafka: specKafka({ brokers: ['127.0.0.1:1'] }), groupId: 'away' });
    const module = await Test.createTestingModule({ imports: [LandingModule] }).compile();
    const app = module.createNestMicroservice({ strategy, logger: false });
    await app.listen();
    expect(strategy.isReady()).toBe(false);
    await app.close();
  });
});
