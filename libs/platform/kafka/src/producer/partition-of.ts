import { murmur2 } from './murmur2';
import type { ProducerRecord } from './record';

export type ChoosePartition = (record: ProducerRecord, partitions: number) => number;

const SIGN = 0x7fffffff;

/** The Java client's choice for a key (murmur2), turns for records without one. */
export function createPartitionChooser(): ChoosePartition {
  let turn = 0;
  return (record, partitions) => {
    if (record.partition !== undefined) return record.partition;
    if (record.key === null) return turn++ % partitions;
    return partitionOfKey(record.key, partitions);
  };
}

/** Where records of a key lie, by the Java client's choice. */
export function partitionOfKey(key: string | Buffer, partitions: number): number {
  return (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & SIGN) % partitions;
}
