import type { TopicSpec } from '../topics/topic-spec';

/** A topic fit for decisions: one partition, never expires, the broker's clock. Two replicas must hold each record. */
export function decisionTopic(name: string, { replicationFactor }: { readonly replicationFactor: number }): TopicSpec {
  return {
    name,
    partitions: 1,
    replicationFactor,
    config: {
      'cleanup.policy': 'delete',
      'retention.ms': '-1',
      'retention.bytes': '-1',
      'message.timestamp.type': 'LogAppendTime',
      'min.insync.replicas': String(Math.max(1, replicationFactor - 1)),
      'unclean.leader.election.enable': 'false',
    },
  };
}
