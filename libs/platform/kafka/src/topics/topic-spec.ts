/** What a topic should be. `config` holds only what matters; other settings are left as the operator has them. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}

/** What a topic is. `overrides` are the settings made on the topic itself, `config` all of them. */
export interface TopicFacts {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string>>;
}

export interface TopicDifference {
  /** `partitions`, `replicationFactor` or a setting's name. */
  readonly what: string;
  readonly wanted: string;
  readonly actual: string;
}
