import { EventPattern } from '@nestjs/microservices';
import type { TopicSelection } from '../consumer/topic-selection';

/** Nest hands a handler only to the transport it names. */
export const KAFKA_BATCH_TRANSPORT = Symbol('KAFKA_BATCH_TRANSPORT');

export interface BatchPatternOptions {
  /** Topic names, or a pattern: topics created later that match are read too. */
  readonly topics: TopicSelection;
  /** Default: the server's group. Handlers with different groups read the same topics independently. */
  readonly groupId?: string;
}

/** Marks a controller method as a batch handler: `(batch: RecordBatchView, context: BatchContext) => Promise<void>`. */
export function BatchPattern(options: BatchPatternOptions): MethodDecorator {
  const topics = options.topics instanceof RegExp ? String(options.topics) : options.topics.join(',');
  const pattern = `batch ${topics} group ${options.groupId ?? '(default)'}`;
  // The pattern is a name for Nest; what matters travels in the extras, where a RegExp stays a RegExp.
  return EventPattern(pattern, KAFKA_BATCH_TRANSPORT, { batch: options });
}
