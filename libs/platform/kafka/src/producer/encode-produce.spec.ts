import fc from 'fast-check';
import Long from 'kafkajs/src/utils/long';

import { encodeProduce, type ProduceData, type ProduceRequest } from './encode-produce';

// As kafkajs has it: this spec never swaps it.
const original = jest.requireActual<ProduceRequest>('kafkajs/src/protocol/requests/produce/v3/request');
const NOW = 1_772_000_000_000;

beforeAll(() => jest.spyOn(Date, 'now').mockReturnValue(NOW));
afterAll(() => jest.restoreAllMocks());

const text = fc.string({ unit: 'grapheme', maxLength: 200 });
const bytes = fc.oneof(
  text,
  fc.uint8Array({ maxLength: 300 }).map((one) => Buffer.from(one)),
);
const headers = fc.dictionary(text, fc.oneof(bytes, fc.array(bytes, { maxLength: 3 })), { maxKeys: 3 });
const message = fc.record(
  { key: fc.option(bytes), value: fc.option(bytes), headers },
  { requiredKeys: ['key', 'value'] },
);
const timestamps = fc.option(fc.integer({ min: 1_000_000_000_000, max: 9_999_999_999_999 }).map(String), {
  nil: undefined,
});
const partition = fc.record(
  {
    partition: fc.nat(1_000),
    firstSequence: fc.nat(),
    messages: fc.array(
      fc.tuple(message, timestamps).map(([one, timestamp]) => (timestamp === undefined ? one : { ...one, timestamp })),
      { minLength: 1, maxLength: 200 },
    ),
  },
  { requiredKeys: ['partition', 'messages'] },
);
const data = fc.record(
  {
    acks: fc.constantFrom(-1, 0, 1),
    timeout: fc.nat(),
    transactionalId: fc.option(text),
    producerId: fc.maxSafeInteger().map((one) => Long.fromValue(String(one))),
    producerEpoch: fc.nat(32_767),
    topicData: fc.array(fc.record({ topic: text, partitions: fc.array(partition, { maxLength: 3 }) }), {
      maxLength: 3,
    }),
  },
  { requiredKeys: ['acks', 'timeout', 'topicData'] },
);

it('writes what kafkajs writes, byte by byte', async () => {
  await fc.assert(
    fc.asyncProperty(data, async (given) => {
      const expected = await original(given as ProduceData).encode();
      const ours = encodeProduce(given as ProduceData, NOW);
      expect(ours.buffer.equals(expected.buffer)).toBe(true);
      expect(ours.size()).toBe(expected.size());
    }),
    { numRuns: 300 },
  );
});

it('writes many records, and headers without a name', async () => {
  const messages = Array.from({ length: 5_000 }, (_, n) => ({
    key: `k${n}`,
    value: 'v'.repeat(n % 130),
    headers: { '': '' },
  }));
  const given = { acks: -1, timeout: 1, topicData: [{ topic: 't', partitions: [{ partition: 0, messages }] }] };
  const expected = await original(given).encode();
  expect(encodeProduce(given, NOW).buffer.equals(expected.buffer)).toBe(true);
});
