import { topicProblems } from './describe-topics';
import type { TopicFacts } from './topic-spec';

const facts: TopicFacts = { name: 'any', partitions: 3, replicationFactor: 1, config: {}, overrides: {} };
const right = { name: 'right', facts, differences: [] };
const missing = {
  name: 'gone',
  facts: undefined,
  differences: [{ what: 'topic', wanted: 'exists', actual: 'missing' }],
};
const other = { name: 'other', facts, differences: [{ what: 'partitions', wanted: '6', actual: '3' }] };

it.each([
  ['nothing when every topic is as it should be', [right], ''],
  ['a topic that is missing', [right, missing], 'gone is missing'],
  ['each difference', [missing, other], 'gone is missing; other: partitions is 3, not 6'],
])('says %s', (_what, reports, problems) => expect(topicProblems(reports)).toBe(problems));
