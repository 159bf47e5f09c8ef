import { withAdmin, type AdminSource } from '../admin/with-admin';
import { diffTopic } from './diff-topic';
import { readTopics } from './read-topics';
import type { TopicDifference, TopicFacts, TopicSpec } from './topic-spec';

export interface TopicReport {
  readonly name: string;
  /** Undefined when the topic does not exist. */
  readonly facts: TopicFacts | undefined;
  readonly differences: readonly TopicDifference[];
}

/** For a doctor: each topic as it is and what differs from what it should be. Changes nothing. */
export async function describeTopics(source: AdminSource, specs: readonly TopicSpec[]): Promise<TopicReport[]> {
  return withAdmin(source, 'Describing topics failed', async (admin) => {
    const actual = await readTopics(
      admin,
      specs.map((spec) => spec.name),
    );
    return specs.map((spec) => {
      const facts = actual.get(spec.name);
      const differences =
        facts === undefined ? [{ what: 'topic', wanted: 'exists', actual: 'missing' }] : diffTopic(spec, facts);
      return { name: spec.name, facts, differences };
    });
  });
}

/** What differs, topic by topic, in one line; empty when every topic is as it should be. */
export function topicProblems(reports: readonly TopicReport[]): string {
  return reports
    .filter(({ differences }) => differences.length > 0)
    .map(({ name, facts, differences }) => {
      if (facts === undefined) return `${name} is missing`;
      return `${name}: ${differences.map(({ what, actual, wanted }) => `${what} is ${actual}, not ${wanted}`).join(', ')}`;
    })
    .join('; ');
}

/** Names of the topics that start with `prefix`, sorted; the broker's internal topics (`__...`) only when asked for. */
export async function listTopics(source: AdminSource, prefix = ''): Promise<string[]> {
  const names = await withAdmin(source, 'Listing topics failed', (admin) => admin.listTopics());
  return names.filter((name) => name.startsWith(prefix) && (prefix.startsWith('__') || !name.startsWith('__'))).sort();
}
