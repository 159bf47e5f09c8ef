import { Partitioners } from 'kafkajs';
import type { ProducerRecord } from './record';

export type ChoosePartition = (record: ProducerRecord, partitions: number) => number;

/** The Java client's choice for a key (murmur2), turns for records without one. */
export function createPartitionChooser(): ChoosePartition {
  const byKey = Partitioners.DefaultPartitioner();
  const metadata = new Map<number, PartitionList>();
  let turn = 0;
  return (record, partitions) => {
    if (record.partition !== undefined) return record.partition;
    if (record.key === null) return turn++ % partitions;
    let list = metadata.get(partitions);
    if (list === undefined) metadata.set(partitions, (list = partitionList(partitions)));
    return byKey({
      topic: record.topic,
      partitionMetadata: list,
      message: { key: record.key, value: null },
    });
  };
}

type PartitionList = Parameters<ReturnType<typeof Partitioners.DefaultPartitioner>>[0]['partitionMetadata'];

function partitionList(partitions: number): PartitionList {
  return Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }));
}
