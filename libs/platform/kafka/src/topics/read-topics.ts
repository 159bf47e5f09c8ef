import { ConfigResourceTypes, type Admin } from 'kafkajs';
import type { TopicFacts } from './topic-spec';

/** DYNAMIC_TOPIC_CONFIG: a setting made on the topic itself. */
const SET_ON_TOPIC = 1;

/** The facts of those of `names` that exist. */
export async function readTopics(admin: Admin, names: readonly string[]): Promise<Map<string, TopicFacts>> {
  const existing = new Set(await admin.listTopics());
  const present = [...new Set(names)].filter((name) => existing.has(name));
  if (present.length === 0) return new Map();
  const [{ topics }, { resources }] = await Promise.all([
    admin.fetchTopicMetadata({ topics: present }),
    admin.describeConfigs({
      includeSynonyms: false,
      resources: present.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
    }),
  ]);
  const settings = new Map(resources.map((resource) => [resource.resourceName, resource.configEntries]));
  return new Map(
    topics.map(({ name, partitions }) => {
      const entries = settings.get(name) ?? [];
      const facts: TopicFacts = {
        name,
        partitions: partitions.length,
        replicationFactor: Math.min(...partitions.map((partition) => partition.replicas.length)),
        config: Object.fromEntries(entries.map((entry) => [entry.configName, entry.configValue])),
        overrides: Object.fromEntries(
          entries
            .filter((entry) => Number(entry.configSource) === SET_ON_TOPIC)
            .map((entry) => [entry.configName, entry.configValue]),
        ),
      };
      return [name, facts];
    }),
  );
}
