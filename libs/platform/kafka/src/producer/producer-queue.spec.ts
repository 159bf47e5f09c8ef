import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaJSConnectionError, KafkaJSProtocolError } from 'kafkajs';
import { silentLog } from '../client/kafka-log';
import { ProducerQueue, type ProducerQueueDeps } from './producer-queue';
import type { ProducerRecord, RecordAck } from './record';
import type { PartitionBatch, ProducerTransport } from './transport';

interface Request {
  readonly batches: readonly { readonly partition: number; readonly values: string[] }[];
  readonly acknowledge: () => void;
  readonly fail: (error: Error) => void;
}

/** A transport whose requests the test answers. */
class FakeTransport implements ProducerTransport {
  readonly requests: Request[] = [];
  readonly written = new Map<number, string[]>();
  forgotten = 0;
  partitions: () => Promise<number> = () => Promise.resolve(2);

  connect = async (): Promise<void> => undefined;
  close = async (): Promise<void> => undefined;
  partitionsOf = (): Promise<number> => this.partitions();
  forgetFailed = (): void => void (this.forgotten += 1);

  send(batches: readonly PartitionBatch[]): Promise<readonly bigint[]> {
    const readable = batches.map(({ partition, records }) => ({ partition, values: records.map(valueOf) }));
    return new Promise((resolve, reject) => {
      this.requests.push({
        batches: readable,
        acknowledge: () => resolve(readable.map((batch) => this.#write(batch))),
        fail: reject,
      });
    });
  }

  async request(index: number): Promise<Request> {
    for (let i = 0; i < 400 && this.requests[index] === undefined; i++) await sleep(5);
    const request = this.requests[index];
    if (request === undefined) throw new Error(`no request ${index}, only ${this.requests.length}`);
    return request;
  }

  #write({ partition, values }: { partition: number; values: string[] }): bigint {
    const log = this.written.get(partition) ?? [];
    this.written.set(partition, [...log, ...values]);
    return BigInt(log.length);
  }
}

const valueOf = (record: ProducerRecord): string => record.value?.toString() ?? '';
const record = (value: string, partition = 0): ProducerRecord => ({
  topic: 't',
  key: null,
  partition,
  value: Buffer.from(value),
});
const away = (): Error => new KafkaJSConnectionError('gone', { broker: 'x' } as never);
const refusal = (type: string): Error =>
  Object.assign(new KafkaJSProtocolError(new Error(type)), { type, retriable: false });

describe('the producer queue', () => {
  let transport: FakeTransport;
  const queues: ProducerQueue[] = [];
  const open = (options: Partial<ProducerQueueDeps> = {}): ProducerQueue => {
    transport = new FakeTransport();
    const queue = new ProducerQueue({
      transport,
      choosePartition: ({ partition }) => partition ?? 0,
      lingerMs: 2,
      maxBatchBytes: 100_000,
      maxBatchRecords: 100,
      deliveryTimeoutMs: 2_000,
      log: silentLog,
      ...options,
    });
    queues.push(queue);
    return queue;
  };
  const send = (queue: ProducerQueue, item: ProducerRecord): Promise<RecordAck> =>
    new Promise((resolve, reject) => queue.add(item, resolve, reject));

  afterEach(() => {
    for (const queue of queues.splice(0)) queue.stop();
  });

  it('sends what arrives within the linger time in one request and acknowledges each record with its own offset', async () => {
    const queue = open();
    const sent = ['a', 'b', 'c'].map((value) => send(queue, record(value)));
    const request = await transport.request(0);
    expect(request.batches).toEqual([{ partition: 0, values: ['a', 'b', 'c'] }]);
    request.acknowledge();
    expect((await Promise.all(sent)).map((ack) => ack.offset)).toEqual([0n, 1n, 2n]);
    expect(queue.queuedBytes).toBe(0);
  });

  it('keeps one batch of a partition under way, while others do not wait for it', async () => {
    const queue = open();
    void send(queue, record('a'));
    const first = await transport.request(0);
    void send(queue, record('b'));
    const other = send(queue, record('x', 1));
    const second = await transport.request(1);
    expect(second.batches).toEqual([{ partition: 1, values: ['x'] }]);
    second.acknowledge();
    await other;
    first.acknowledge();
    expect((await transport.request(2)).batches).toEqual([{ partition: 0, values: ['b'] }]);
  });

  it('keeps batches within their limits', async () => {
    const queue = open({ maxBatchRecords: 2 });
    for (const value of ['a', 'b', 'c', 'd', 'e']) void send(queue, record(value));
    (await transport.request(0)).acknowledge();
    (await transport.request(1)).acknowledge();
    (await transport.request(2)).acknowledge();
    expect(transport.requests.map(({ batches }) => batches[0]?.values)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('sends a failed batch again before anything behind it, each partition alone', async () => {
    const queue = open();
    const sent = [send(queue, record('a')), send(queue, record('x', 1))];
    (await transport.request(0)).fail(away());
    sent.push(send(queue, record('b')));
    const retries = [await transport.request(1), await transport.request(2)];
    expect(retries.map(({ batches }) => batches.length)).toEqual([1, 1]);
    for (const retry of retries) retry.acknowledge();
    (await transport.request(3)).acknowledge();
    await Promise.all(sent);
    expect(transport.written.get(0)).toEqual(['a', 'b']);
    expect(transport.written.get(1)).toEqual(['x']);
  });

  it('lets a partition in trouble delay no other', async () => {
    const queue = open();
    const stuck = send(queue, record('a'));
    const fine = send(queue, record('x', 1));
    (await transport.request(0)).fail(away());
    const [one, two] = [await transport.request(1), await transport.request(2)];
    for (const request of [one, two]) {
      if (request.batches[0]?.partition === 1) request.acknowledge();
      else request.fail(away());
    }
    expect((await fine).partition).toBe(1);
    (await transport.request(3)).acknowledge();
    expect((await stuck).offset).toBe(0n);
  });

  it('rejects at the deadline, under way or not, and never sends what was rejected while waiting', async () => {
    const queue = open({ deliveryTimeoutMs: 120 });
    const sent = [send(queue, record('under way'))];
    const request = await transport.request(0);
    sent.push(send(queue, record('waiting')));
    const results = await Promise.allSettled(sent);
    expect(results.map((result) => result.status === 'rejected' && result.reason.code)).toEqual([
      'KAFKA_UNAVAILABLE',
      'KAFKA_UNAVAILABLE',
    ]);
    expect(queue.queuedBytes).toBe(0);
    expect(transport.forgotten).toBeGreaterThan(0);
    request.acknowledge();
    await sleep(50);
    expect(transport.requests).toHaveLength(1);
  });

  it('never sends again what was rejected while its request was under way', async () => {
    const queue = open({ deliveryTimeoutMs: 50 });
    const first = send(queue, record('a'));
    const request = await transport.request(0);
    await expect(first).rejects.toMatchObject({ code: 'KAFKA_UNAVAILABLE' });
    request.fail(away());
    const second = send(queue, record('b'));
    const next = await transport.request(1);
    expect(next.batches).toEqual([{ partition: 0, values: ['b'] }]);
    next.acknowledge();
    await second;
  });

  it('finds the one record that is too large by cutting the batch', async () => {
    const queue = open();
    const sent = ['a', 'b', 'LARGE', 'd'].map((value) => send(queue, record(value)));
    let answered = 0;
    const answering = setInterval(() => {
      for (; answered < transport.requests.length; answered++) {
        const request = transport.requests[answered] as Request;
        if (request.batches[0]?.values.includes('LARGE')) request.fail(refusal('MESSAGE_TOO_LARGE'));
        else request.acknowledge();
      }
    }, 2);
    const results = await Promise.allSettled(sent);
    clearInterval(answering);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(results[2]).toMatchObject({ reason: { code: 'KAFKA_RECORD_TOO_LARGE', isRetryable: false } });
    expect(transport.written.get(0)).toEqual(['a', 'b', 'd']);
  });

  it('rejects only the partition the broker refuses for good', async () => {
    const queue = open();
    const refused = send(queue, record('a'));
    const fine = send(queue, record('x', 1));
    (await transport.request(0)).fail(refusal('TOPIC_AUTHORIZATION_FAILED'));
    for (const request of [await transport.request(1), await transport.request(2)]) {
      if (request.batches[0]?.partition === 0) request.fail(refusal('TOPIC_AUTHORIZATION_FAILED'));
      else request.acknowledge();
    }
    await expect(refused).rejects.toMatchObject({ code: 'KAFKA_REQUEST_FAILED', isRetryable: false });
    expect((await fine).offset).toBe(0n);
  });

  it('holds records back while the number of partitions is unknown', async () => {
    const queue = open({ deliveryTimeoutMs: 1_000 });
    let asked = 0;
    transport.partitions = () => (++asked < 3 ? Promise.reject(away()) : Promise.resolve(2));
    const sent = ['a', 'b'].map((value) => send(queue, record(value)));
    (await transport.request(0)).acknowledge();
    expect((await Promise.all(sent)).map(({ offset }) => offset)).toEqual([0n, 1n]);
    expect(asked).toBe(3);
  });

  it('flushes: resolves once nothing is queued or under way', async () => {
    const queue = open({ lingerMs: 10_000 });
    const sent = send(queue, record('a'));
    let isFlushed = false;
    const flushed = queue.flush().then(() => (isFlushed = true));
    const request = transport.requests[0] ?? (await transport.request(0));
    expect(isFlushed).toBe(false);
    request.acknowledge();
    await Promise.all([flushed, sent]);
  });
});
