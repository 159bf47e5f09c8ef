import { version } from 'kafkajs/package.json';
import { MessagesByPartition } from './messages-by-partition';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- untyped internals of kafkajs
const groupMessagesPerPartition = require('kafkajs/src/producer/groupMessagesPerPartition') as (options: {
  topic: string;
  partitionMetadata: readonly object[];
  messages: unknown;
  partitioner: () => number;
}) => Record<string, unknown[]>;

describe('messages grouped by partition', () => {
  it('are taken as they are by the pinned kafkajs', () => {
    expect(version).toBe('2.2.4');
    const messages = new MessagesByPartition([
      { topic: 't', partition: 1, records: [{ topic: 't', key: 'k', value: Buffer.from('a'), timestamp: 7 }] },
      { topic: 't', partition: 3, records: [{ topic: 't', key: null, value: null, headers: { h: 'x' } }] },
    ]).asMessages();
    expect(groupMessagesPerPartition({ topic: 't', partitionMetadata: [{}], messages, partitioner: () => 0 })).toEqual({
      '1': [{ key: 'k', value: Buffer.from('a'), timestamp: '7' }],
      '3': [{ key: null, value: null, headers: { h: 'x' } }],
    });
  });
});
