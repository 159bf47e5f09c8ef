import type { LogReader } from './read-history';

/** Remembers which topics this process reads, by the broker's ids: offsets alone do not show that one was re-created. */
export class TopicIdentities {
  private readonly known = new Map<string, string>();

  constructor(private readonly log: Pick<LogReader, 'topicIds'>) {}

  /** Those of the topics that are other topics than when they were first seen. Rejects when Kafka does not answer. */
  async findRecreated(topics: readonly string[]): Promise<ReadonlySet<string>> {
    const recreated = new Set<string>();
    const ids = await this.log.topicIds(topics);
    for (const topic of topics) {
      const id = ids?.get(topic);
      if (id === undefined) continue;
      const first = this.known.get(topic) ?? id;
      this.known.set(topic, first);
      if (first !== id) recreated.add(topic);
    }
    return recreated;
  }
}
