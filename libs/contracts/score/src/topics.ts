/** The decision log of score runs and schedule ticks: one partition, never expires, the first record for a key wins. */
export function scoresTopic(prefix = ''): {
  readonly name: string;
  readonly partitions: 1;
  readonly config: Readonly<Record<string, string>>;
} {
  return {
    name: `${prefix}scores.published.v1`,
    partitions: 1,
    config: {
      'cleanup.policy': 'delete',
      'retention.ms': '-1',
      'retention.bytes': '-1',
      'message.timestamp.type': 'LogAppendTime',
    },
  };
}
