/** The chain of seal steps: one partition, never expires, never compacted; the first record for a step wins. */
export function sealedTopic(prefix = ''): {
  readonly name: string;
  readonly partitions: 1;
  readonly config: Readonly<Record<string, string>>;
} {
  return {
    name: `${prefix}windows.sealed.v1`,
    partitions: 1,
    config: {
      'cleanup.policy': 'delete',
      'retention.ms': '-1',
      'retention.bytes': '-1',
      'message.timestamp.type': 'LogAppendTime',
    },
  };
}

/** The key of step n in `windows.sealed.v1`. */
export const stepKey = (step: number): string => String(step);
