/** A topic and the settings it must have. `prefix` isolates environments and tests; production uses ''. */
export interface SignalTopic {
  readonly name: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

const DAY_MS = 86_400_000;
const SOURCE_NAME = /^[a-z][a-z0-9_-]{0,62}$/;

/** `signals.<source>.v1`. Throws RangeError for a source name that is not lower-case letters, digits, `_` and `-`. */
export function signalTopicName(source: string, prefix = ''): string {
  if (!SOURCE_NAME.test(source)) throw new RangeError(`"${source}" is no source name: use a-z, 0-9, _ and -`);
  return `${prefix}signals.${source}.v1`;
}

/** The source of a `signals.<source>.v1` topic, or null for any other topic. */
export function sourceOfTopic(topic: string, prefix = ''): string | null {
  if (!topic.startsWith(prefix)) return null;
  return /^signals\.([a-z][a-z0-9_-]{0,62})\.v1$/.exec(topic.slice(prefix.length))?.[1] ?? null;
}

/** The registry subject of a topic's values. */
export const valueSubject = (topic: string): string => `${topic}-value`;

/**
 * What the registry holds subjects to: every version reads what every other wrote, so that no producer's version can escape the
 * reader of any service, older or newer. See docs/adr.
 */
export const SUBJECT_COMPATIBILITY = 'FULL_TRANSITIVE';

/** Append time is the broker's, 14 days are kept; 6 partitions, 3 locally. */
export function signalTopic(source: string, options: { prefix?: string; partitions?: number } = {}): SignalTopic {
  return {
    name: signalTopicName(source, options.prefix),
    partitions: options.partitions ?? 6,
    config: {
      'message.timestamp.type': 'LogAppendTime',
      'retention.ms': String(14 * DAY_MS),
      'cleanup.policy': 'delete',
    },
  };
}

/** `entities.accounts.v1` and `entities.people.v1`: compacted, keyed by `entityKey`. Append time is the broker's. */
export function entityTopics(prefix = ''): { readonly accounts: SignalTopic; readonly people: SignalTopic } {
  const topic = (name: string): SignalTopic => ({
    name: `${prefix}entities.${name}.v1`,
    partitions: 3,
    config: { 'cleanup.policy': 'compact', 'message.timestamp.type': 'LogAppendTime' },
  });
  return { accounts: topic('accounts'), people: topic('people') };
}

/** `sources.cursors.v1`: how far each stream of a polled source has been read; the newest record of a key counts. */
export function cursorsTopic(prefix = ''): SignalTopic {
  return {
    name: `${prefix}sources.cursors.v1`,
    partitions: 6,
    config: { 'cleanup.policy': 'compact', 'message.timestamp.type': 'LogAppendTime' },
  };
}
