import type { KafkaRecord } from '../consumer/record-batch-view';

/** What a record of a decision log says, before anybody has looked into it. */
export type Content = Readonly<Record<string, unknown>>;

/** A record with a key and a JSON object is a decision, whatever its content; undefined for any other. */
export function decisionOf({ key, value }: Pick<KafkaRecord, 'key' | 'value'>): [key: string, Content] | undefined {
  if (key === null || value === null) return undefined;
  try {
    const content: unknown = JSON.parse(value.toString('utf8'));
    if (typeof content !== 'object' || content === null || Array.isArray(content)) return undefined;
    return [key.toString('utf8'), content as Content];
  } catch {
    return undefined;
  }
}
