import { diffTopic } from './diff-topic';
import type { TopicFacts, TopicSpec } from './topic-spec';

const wanted: TopicSpec = { name: 't', partitions: 3, replicationFactor: 2, config: { 'retention.ms': '1000' } };
const actual: TopicFacts = {
  name: 't',
  partitions: 3,
  replicationFactor: 2,
  config: { 'retention.ms': '1000', 'segment.bytes': '5' },
  overrides: { 'segment.bytes': '5' },
};

describe('the difference between a topic as wanted and as it is', () => {
  it.each([
    ['nothing when it is as wanted', {}, []],
    ['nothing for more partitions or replicas', { partitions: 6, replicationFactor: 3 }, []],
    ['missing partitions', { partitions: 1 }, [{ what: 'partitions', wanted: '3', actual: '1' }]],
    ['missing replicas', { replicationFactor: 1 }, [{ what: 'replicationFactor', wanted: '2', actual: '1' }]],
    ['a setting', { config: { 'retention.ms': '7' } }, [{ what: 'retention.ms', wanted: '1000', actual: '7' }]],
    ['a setting that is absent', { config: {} }, [{ what: 'retention.ms', wanted: '1000', actual: '(not set)' }]],
  ])('is %s', (_what, change, differences) => {
    expect(diffTopic(wanted, { ...actual, ...change })).toEqual(differences);
  });
});
