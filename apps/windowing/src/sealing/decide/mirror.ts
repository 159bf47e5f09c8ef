import { sealStepSchema } from '@millrace/contract-window';
import type { ClickHouse } from '@millrace/platform-clickhouse';
import { MillraceError } from '@millrace/platform-errors';

import { digestOf, type WindowSeal } from '../attempt/summarise-attempt';
import { GENESIS } from '../propose/facts';
import { asDateTime, asDateTime64, readQuery } from '../read-query';
import { mirrorVerdicts } from '../verdicts/quarantined-runs';
import type { MirroredTail } from './chain';
import type { ChainLink } from './chain-state';
import { headAfter } from './seal-record';

/** Steps kept in memory at least; a proposal is always for the next one. */
const KEPT_STEPS = 1_000;

/** What signals are kept for. */
const DEFAULT_HORIZON_MS = 400 * 86_400_000;

interface TailRow {
  readonly step: number;
  readonly log_offset: number;
  readonly closed_before_second: number;
  readonly record: string;
}

/** The end of the mirror, from which the chain goes on reading the log. */
export async function readMirroredTail(clickhouse: ClickHouse, database: string): Promise<MirroredTail> {
  const rows = await clickhouse.query<TailRow>(readQuery('select-mirror-tail'), { sealed: database, keep: KEPT_STEPS });
  const links = rows.map((row) => ({
    step: sealStepSchema.parse(JSON.parse(row.record)),
    logOffset: row.log_offset,
    closedBefore: row.closed_before_second * 1000,
  }));
  const [first, ...rest] = links;
  if (first === undefined) return { base: GENESIS, links: [] };
  if (first.step.step === 1) return { base: GENESIS, links };
  return { base: { ...headAfter(GENESIS, first.step), closedBefore: first.closedBefore }, links: rest };
}

/** The newest mirrored step, 0 when there is none. */
export async function readMirroredStep(clickhouse: ClickHouse, database: string): Promise<number> {
  const row = await clickhouse.queryOne<{ readonly step: number }>(
    'select max(step) as step from {sealed: Identifier}.seal_steps',
    { sealed: database },
  );
  return row?.step ?? 0;
}

/**
 * Makes the winner of a step visible. Every replica may; the same row twice is one. Steps go in one after the other, and only
 * when the winner's seals are here and have the digest that the log names.
 */
export async function mirrorStep(clickhouse: ClickHouse, database: string, link: ChainLink): Promise<void> {
  await assertDigest(clickhouse, database, link);
  await mirrorVerdicts(clickhouse, database, link.step);
  await clickhouse.insertRows(`${database}.seal_steps`, [toMirrorRow(link)]);
}

async function assertDigest(clickhouse: ClickHouse, database: string, { step }: ChainLink): Promise<void> {
  const rows = await clickhouse.query<WindowSeal & { window_second: number; topic_name: string }>(
    readQuery('select-window-seals'),
    { sealed: database, step: step.step, attempt_id: step.attempt_id },
  );
  const digest = digestOf(rows.map((row) => ({ ...row, window_start: row.window_second, topic: row.topic_name })));
  if (digest === step.digest) return;
  throw new MillraceError(`The rows of seal step ${step.step} are not in database ${database}`, {
    code: 'STEP_DIGEST_MISMATCH',
    actor: 'operator',
    advice: 'A lagging replica catches up by itself; a lost database is rebuilt with npx millrace replay',
    details: { step: step.step, attempt_id: step.attempt_id, expected: step.digest, found: digest },
  });
}

function toMirrorRow({ step, logOffset, head }: ChainLink): object {
  const second = (ms: number | null): string | null => (ms === null ? null : asDateTime(ms));
  return {
    step: step.step,
    attempt_id: step.attempt_id,
    closed_through: asDateTime64(step.closed_through),
    closed_before: asDateTime(head.closedBefore),
    window_seconds: step.window.size_ms / 1000,
    grace_seconds: Math.round(step.window.grace_ms / 1000),
    horizon_seconds: Math.round((step.window.horizon_ms ?? DEFAULT_HORIZON_MS) / 1000),
    vector: JSON.stringify(step.vector),
    digest: step.digest,
    reason: step.reason,
    ...step.totals,
    first_window: second(step.first_window),
    last_window: second(step.last_window),
    rebuild_from: second(step.rebuild?.from ?? null),
    rebuild_to: second(step.rebuild?.to ?? null),
    settings_hash: step.settings_hash,
    code_version: step.code_version,
    record: JSON.stringify(step),
    log_offset: logOffset,
    sealed_at: asDateTime64(step.sealed_at),
    seal_ms: step.seal_ms ?? 0,
  };
}
