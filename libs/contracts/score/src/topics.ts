interface DecisionTopic {
  readonly name: string;
  readonly partitions: 1;
  readonly config: Readonly<Record<string, string>>;
}

/** One partition, never expires, the first record for a key wins. */
const decisions = (name: string): DecisionTopic => ({
  name,
  partitions: 1,
  config: {
    'cleanup.policy': 'delete',
    'retention.ms': '-1',
    'retention.bytes': '-1',
    'message.timestamp.type': 'LogAppendTime',
  },
});

/** The decision log of score runs and schedule ticks. */
export const scoresTopic = (prefix = ''): DecisionTopic => decisions(`${prefix}scores.published.v1`);

/** The decision log of who is who, as people corrected it. */
export const editsTopic = (prefix = ''): DecisionTopic => decisions(`${prefix}identities.edits.v1`);

/** The decision log of the models' settings, as people published them. */
export const publicationsTopic = (prefix = ''): DecisionTopic => decisions(`${prefix}models.published.v1`);
