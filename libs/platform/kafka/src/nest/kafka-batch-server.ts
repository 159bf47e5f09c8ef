import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { ConfigError } from '@millrace/platform-errors';
import type { Kafka } from 'kafkajs';
import { isObservable, lastValueFrom } from 'rxjs';
import { silentLog, type KafkaLog } from '../client/kafka-log';
import { createBatchConsumer, type BatchConsumer } from '../consumer/batch-consumer';
import type { BatchContext, BatchHooks } from '../consumer/batch-handler';
import type { ConsumerTuning } from '../consumer/consumer-options';
import type { RecordBatchView } from '../consumer/record-batch-view';
import { KAFKA_BATCH_TRANSPORT, type BatchPatternOptions } from './batch-pattern.decorator';

export interface KafkaBatchServerOptions extends ConsumerTuning {
  readonly kafka: Kafka;
  readonly groupId: string;
  /** By group, for handlers that flush later than they return. */
  readonly hooks?: BatchHooks | ((groupId: string) => BatchHooks | undefined);
  readonly log?: KafkaLog;
}

type ServerEvents = Record<string, never>;
type AnyHandler = MessageHandler<RecordBatchView, BatchContext, unknown>;

/**
 * Nest's transport for handlers that take batches (its own Kafka server hands out one message at a time). One consumer
 * per handler marked with `@BatchPattern`. Kafka being away delays batches, not the start of the service.
 */
export class KafkaBatchServer extends Server<ServerEvents> implements CustomTransportStrategy {
  override readonly transportId = KAFKA_BATCH_TRANSPORT;
  readonly #options: KafkaBatchServerOptions;
  readonly #log: KafkaLog;
  readonly #consumers = new Map<string, BatchConsumer>();

  constructor(options: KafkaBatchServerOptions) {
    super();
    this.#options = options;
    this.#log = options.log ?? silentLog;
  }

  /** The consumer of a group, for pausing, late commits and readiness. Exists once the server listens. */
  consumer(groupId = this.#options.groupId): BatchConsumer | undefined {
    return this.#consumers.get(groupId);
  }

  /** Whether every consumer is a member of its group. */
  isReady(): boolean {
    return this.#consumers.size > 0 && [...this.#consumers.values()].every((consumer) => consumer.isJoined());
  }

  /** Resolves when every consumer has joined its group for the first time. */
  async joined(): Promise<void> {
    await Promise.all([...this.#consumers.values()].map((consumer) => consumer.start()));
  }

  listen(callback: (error?: unknown) => void): void {
    try {
      for (const [pattern, handler] of this.messageHandlers) this.#addConsumer(pattern, handler);
    } catch (error) {
      callback(error);
      return;
    }
    for (const [groupId, consumer] of this.#consumers) {
      consumer
        .start()
        .catch((error: unknown) => this.#log.error({ err: error, groupId }, 'starting a consumer failed'));
    }
    callback();
  }

  async close(): Promise<void> {
    const stops = await Promise.allSettled([...this.#consumers.values()].map((consumer) => consumer.stop()));
    for (const stop of stops) {
      if (stop.status === 'rejected') this.#log.error({ err: stop.reason }, 'stopping a consumer failed');
    }
  }

  on(): void {
    // This transport raises no events of its own; `consumer()` and the hooks tell what happens.
  }

  unwrap<T>(): T {
    return this.#consumers as T;
  }

  #addConsumer(pattern: string, handler: AnyHandler): void {
    const options = (handler.extras as { batch?: BatchPatternOptions } | undefined)?.batch;
    if (options === undefined) {
      throw new ConfigError(`Handler "${pattern}" of the batch transport is not marked with @BatchPattern`);
    }
    const groupId = options.groupId ?? this.#options.groupId;
    if (this.#consumers.has(groupId) || handler.next !== undefined) {
      // Two handlers of one group would commit over each other.
      throw new ConfigError(`Group ${groupId} has two batch handlers; give each its own groupId`, {
        actor: 'developer',
      });
    }
    const { hooks, ...rest } = this.#options;
    const ownHooks = typeof hooks === 'function' ? hooks(groupId) : hooks;
    this.#consumers.set(
      groupId,
      createBatchConsumer({
        ...rest,
        groupId,
        topics: options.topics,
        onBatch: (batch, context) => callHandler(handler, batch, context),
        ...(ownHooks === undefined ? {} : { hooks: ownHooks }),
      }),
    );
  }
}

/** Nest wraps what a handler returns, promises and errors included, into an observable. */
async function callHandler(handler: AnyHandler, batch: RecordBatchView, context: BatchContext): Promise<void> {
  const result: unknown = await handler(batch, context);
  if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
}
