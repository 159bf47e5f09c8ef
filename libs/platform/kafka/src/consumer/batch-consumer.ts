import { describeInPublic, RetryableError, type MillraceError } from '@millrace/platform-errors';
import type { Admin } from 'kafkajs';
import { toKafkaError } from '../client/kafka-error';
import { silentLog } from '../client/kafka-log';
import { backoffMs, DEFAULT_BACKOFF } from './backoff';
import type { CommitOutcome } from './batch-handler';
import type { BatchConsumerDeps } from './consumer-options';
import { ConsumerSession } from './consumer-session';
import type { TopicPartition, TopicPartitionOffset } from './topic-partition';
import { selectTopics } from './topic-selection';

export interface BatchConsumer {
  /** Begins reading and resolves at the first assignment. Kafka away or no topic yet means waiting, not failing. */
  start(): Promise<void>;
  /** Flush hook, running handlers, leave the group. Safe to call twice. */
  stop(): Promise<void>;
  /** Whether it is a member of its group right now. */
  isJoined(): boolean;
  /** Why it is not: what ended the last session, or that there is no topic yet. Undefined while it is a member. */
  problem(): MillraceError | undefined;
  /** Throws when the handler of a partition has failed for longer than `patienceMs` (default a minute) without an end. */
  assertHandling(patienceMs?: number): void;
  epoch(): number;
  assignment(): readonly TopicPartition[];
  /** The next offset this consumer will read; undefined before the first batch of the epoch. */
  position(where: TopicPartition): bigint | undefined;
  /** For work that ends after its batch handler returned: pass the epoch it began in. Rejects with a RetryableError. */
  commit(offsets: readonly TopicPartitionOffset[], epoch: number): Promise<CommitOutcome>;
  /** Reads again from the last commit of this epoch (or where it began), or from `to`. */
  rewind(where: TopicPartition, to?: bigint): void;
  /** Until `resume` or a new epoch. */
  pause(partitions: readonly TopicPartition[]): void;
  resume(partitions: readonly TopicPartition[]): void;
}

const BY_OWNER = 'owner';
/** A restart of what the handler needs is no news; what lasts longer is. */
const HANDLING_PATIENCE_MS = 60_000;

/**
 * Reads topics in batches as a member of a consumer group. Offsets are committed only where asked; a failing handler is
 * called again from the last commit after a pause, never past it; new topics are found; a crash begins a new session.
 */
export function createBatchConsumer(deps: BatchConsumerDeps): BatchConsumer {
  const log = deps.log ?? silentLog;
  const backoff = deps.backoff ?? DEFAULT_BACKOFF;
  const discoveryIntervalMs = deps.discoveryIntervalMs ?? 30_000;
  const stopping = new AbortController();
  let session: ConsumerSession | undefined;
  let epoch = 0;
  let isJoined = false;
  let failures = 0;
  let problem: MillraceError | undefined;
  let finished: Promise<void> | undefined;
  let reportFirstJoin: () => void = () => undefined;
  const firstJoin = new Promise<void>((resolve) => (reportFirstJoin = resolve));
  let admin: Admin | undefined;

  const discover = async (): Promise<string[]> => {
    try {
      if (admin === undefined) {
        const opened = deps.kafka.admin();
        await opened.connect();
        admin = opened;
        // Nobody waits for this any more.
        if (stopping.signal.aborted) await closeAdmin();
      }
      return selectTopics(deps.topics, await admin.listTopics());
    } catch (error) {
      await closeAdmin();
      throw toKafkaError(error, 'Looking for topics failed', { groupId: deps.groupId });
    }
  };
  const closeAdmin = async (): Promise<void> => {
    const open = admin;
    admin = undefined;
    await open?.disconnect().catch(() => undefined);
  };

  /** Resolves when topics appeared or went; never when discovery is off. */
  const topicsChanged = async (current: readonly string[], ended: AbortSignal): Promise<'topics changed'> => {
    if (discoveryIntervalMs === 0) return new Promise(() => undefined);
    for (;;) {
      await sleep(discoveryIntervalMs, ended);
      if (ended.aborted) return new Promise(() => undefined);
      const found = await discover().catch(() => undefined);
      if (found !== undefined && found.join() !== current.join()) return 'topics changed';
    }
  };

  /** One session, from discovery to its end. A stop does not wait for a connection that is being made. */
  const runSession = async (stopped: Promise<'stopping'>): Promise<void> => {
    const topics = await Promise.race([discover(), stopped]);
    if (topics === 'stopping') return;
    if (topics.length === 0) {
      problem = noTopics(deps);
      await sleep(Math.min(discoveryIntervalMs || 1_000, 1_000), stopping.signal);
      return;
    }
    const ended = new AbortController();
    const life = new ConsumerSession(topics, deps, {
      nextEpoch: () => (epoch += 1),
      onJoined: () => {
        isJoined = true;
        failures = 0;
        problem = undefined;
        reportFirstJoin();
      },
    });
    session = life;
    let reason: 'crashed' | 'topics changed' | 'stopping' = 'crashed';
    try {
      const crashed = async (): Promise<never> => {
        const error = await life.crashed;
        throw toKafkaError(error, `Reading as group ${deps.groupId} failed`, { groupId: deps.groupId });
      };
      const read = life.open().then(() => Promise.race([crashed(), topicsChanged(topics, ended.signal)]));
      reason = await Promise.race([read, stopped]);
    } finally {
      ended.abort();
      if (reason === 'crashed') isJoined = false;
      await life.close({ isOrderly: reason !== 'crashed' });
      isJoined = false;
      session = undefined;
    }
  };

  const supervise = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const stop = whenAborted(stopping.signal);
      try {
        await runSession(stop.aborted.then(() => 'stopping'));
      } catch (error) {
        failures += 1;
        problem = toKafkaError(error, 'Reading failed', { groupId: deps.groupId });
        const retryInMs = backoffMs(backoff, failures);
        log.warn({ err: error, groupId: deps.groupId, retryInMs }, 'consumer ended, will start again');
        await sleep(retryInMs, stopping.signal);
      } finally {
        stop.forget();
      }
    }
    await closeAdmin();
  };

  return {
    start() {
      finished ??= supervise();
      return Promise.race([firstJoin, whenAborted(stopping.signal).aborted]);
    },
    async stop() {
      stopping.abort();
      await finished;
    },
    isJoined: () => isJoined,
    problem: () => (isJoined ? undefined : problem),
    assertHandling: (patienceMs = HANDLING_PATIENCE_MS) => {
      const failure = session?.oldestFailure();
      const failingMs = failure === undefined ? 0 : Date.now() - failure.since;
      if (failure === undefined || failingMs < patienceMs) return;
      const seconds = Math.round(failingMs / 1000);
      throw new RetryableError(
        `${failure.partition} is read over and over for ${seconds} s: ${describeInPublic(failure.error)}`,
        {
          code: 'SERVICE_NOT_READY',
          cause: failure.error,
        },
      );
    },
    epoch: () => epoch,
    assignment: () => session?.assignment ?? [],
    position: (where) => session?.position(where),
    commit: async (offsets, of) => (session === undefined ? 'stale' : session.commit(offsets, of)),
    rewind: (where, to) => session?.rewind(where, to),
    pause: (partitions) => session?.pause(partitions, BY_OWNER),
    resume: (partitions) => session?.resume(partitions, BY_OWNER),
  };
}

function noTopics({ topics, groupId }: BatchConsumerDeps): MillraceError {
  const wanted = topics instanceof RegExp ? String(topics) : topics.join(', ');
  return new RetryableError(`There is no topic ${wanted}, or this user may not see it`, {
    code: 'TOPIC_MISSING',
    advice: "Create the topics with `npx millrace deploy`, or check this user's ACLs",
    details: { groupId },
  });
}

/** `forget` takes the listener away: a consumer that begins again and again would collect them. */
function whenAborted(signal: AbortSignal): { readonly aborted: Promise<void>; forget(): void } {
  if (signal.aborted) return { aborted: Promise.resolve(), forget: () => undefined };
  let onAbort = (): void => undefined;
  const aborted = new Promise<void>((resolve) => (onAbort = resolve));
  signal.addEventListener('abort', onAbort, { once: true });
  return { aborted, forget: () => signal.removeEventListener('abort', onAbort) };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
