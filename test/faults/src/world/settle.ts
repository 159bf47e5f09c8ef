import { loadSql } from '@millrace/platform-clickhouse';
import { waitFor } from '@millrace/platform-testing';
import type { TopicVector } from '@millrace/contract-window';
import { offsetIn } from '@millrace/contract-window';

import { askWindowing } from './run-windowing';
import type { World } from './world';

interface Head {
  readonly step: number;
  readonly closed_before_ms: number;
  readonly vector: string;
}

export interface SettleOptions {
  readonly deadlineMs?: number;
  /** Topics that nobody can land now. */
  readonly except?: readonly string[];
  /** Event time whose window must close. Default: the newest of the ledger that is past. */
  readonly closedThrough?: number;
}

/**
 * Waits until the replicas, by themselves, have sealed every record that is in the log now, and closed every window whose time has
 * come. Looks at the mirror only to know when to stop waiting; what it says is not believed but checked afterwards.
 */
export async function settle(world: World, options: SettleOptions = {}): Promise<void> {
  const { deadlineMs = 90_000, except = [] } = options;
  const ends = await logEnds(world, except);
  const newest = options.closedThrough ?? newestPast(world);
  await waitFor(
    'the replicas to seal what is in the log',
    async () => {
      const head = await world.corner.clickhouse.queryOne<Head>(loadSql(__dirname, 'sql/head.sql'));
      if (head === undefined) return ['no step'];
      const vector = JSON.parse(head.vector) as TopicVector[];
      const behind = ends
        .map((end) => ({ ...end, at: offsetIn(vector, end.topic, end.epoch, end.partition) }))
        .filter(({ at, end }) => at < end)
        .map(({ topic, partition, at, end }) => `${topic}/${partition}: ${at} of ${end}`);
      if (head.closed_before_ms <= newest) behind.push(`windows: ${newest - head.closed_before_ms} ms to go`);
      return behind;
    },
    { deadlineMs, everyMs: 100, until: (behind) => behind.length === 0 },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${tails(world)}`, { cause: error });
  });
}

/** `windows seal --wait`: an operator's step, also without replicas that seal. Someone must land. */
export async function sealByCommand(
  world: World,
  settings: Readonly<Record<string, string>> = {},
): Promise<{ readonly kind: string }> {
  return askWindowing(['windows', 'seal', '--wait', '--timeout', '60'], { ...world.environment, ...settings });
}

export interface LogEnd {
  readonly topic: string;
  readonly epoch: number;
  readonly partition: number;
  readonly end: number;
}

async function logEnds(world: World, except: readonly string[]): Promise<LogEnd[]> {
  return world.admin(async (admin) => {
    const ends: LogEnd[] = [];
    for (const topic of world.topics.filter((candidate) => !except.includes(candidate))) {
      for (const { partition, high } of await admin.fetchTopicOffsets(topic)) {
        ends.push({ topic, epoch: world.ledger.epochOf(topic), partition, end: Number(high) });
      }
    }
    return ends;
  });
}

/** The newest event time that is past: its window must close. */
function newestPast(world: World): number {
  const now = Date.now();
  let newest = 0;
  for (const { fate } of world.ledger.entries()) {
    if (fate.kind === 'signal' && fate.signal.occurred_at <= now) newest = Math.max(newest, fate.signal.occurred_at);
  }
  return newest;
}

const tails = (world: World): string =>
  world.replicas
    .map(
      (replica) =>
        `${replica.logFile}${replica.isRunning ? '' : ' (ended)'}:\n${replica.logs().split('\n').slice(-8).join('\n')}`,
    )
    .join('\n');
