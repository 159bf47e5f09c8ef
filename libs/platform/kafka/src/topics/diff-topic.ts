import type { TopicDifference, TopicFacts, TopicSpec } from './topic-spec';

/** What differs between a topic as it should be and as it is. More partitions than wanted are no difference. */
export function diffTopic(wanted: TopicSpec, actual: TopicFacts): TopicDifference[] {
  const differences: TopicDifference[] = [];
  const add = (what: string, want: number | string, is: number | string | undefined): void => {
    differences.push({ what, wanted: String(want), actual: is === undefined ? '(not set)' : String(is) });
  };
  if (actual.partitions < wanted.partitions) add('partitions', wanted.partitions, actual.partitions);
  if (actual.replicationFactor < wanted.replicationFactor) {
    add('replicationFactor', wanted.replicationFactor, actual.replicationFactor);
  }
  for (const [name, value] of Object.entries(wanted.config)) {
    if (actual.config[name] !== value) add(name, value, actual.config[name]);
  }
  return differences;
}
