import { createHash } from 'node:crypto';

import { MillraceError } from '@millrace/platform-errors';

import { clickhouseCodeOf } from '../clickhouse.errors';
import { reasonOf } from './refusals';

/** The record that a row was made from. */
export interface Origin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint | number;
}

export interface SetAsideParts {
  readonly service: string;
  readonly table: string;
  readonly item: unknown;
  readonly error: unknown;
  readonly origin?: Origin | undefined;
  /** What tells rows of one record apart; default: the content. */
  readonly key?: string | undefined;
  readonly now: number;
}

/** A row of `rows_set_aside`. The same record again gives the same id, so it is set aside once. */
export function toSetAsideRow({ service, table, item, error, origin, key, now }: SetAsideParts): object {
  const content = contentOf(item);
  const place = origin === undefined ? [] : [origin.topic, origin.partition, String(origin.offset)];
  const identity = JSON.stringify([service, table, ...place, key ?? content]);
  const instant = new Date(now).toISOString();
  return {
    service,
    table_name: table,
    set_aside_id: createHash('sha256').update(identity).digest('hex').slice(0, 24),
    topic: origin?.topic ?? '',
    partition: origin?.partition ?? null,
    offset: origin === undefined ? null : String(origin.offset),
    content,
    code: clickhouseCodeOf(error) ?? 0,
    error_code: error instanceof MillraceError ? error.code : 'INTERNAL',
    reason: reasonOf(error),
    set_aside_at: instant,
    resolution: '',
    changed_at: instant,
  };
}

/** Whole, never cut: a record has at most a megabyte. Numbers beyond 2^53 become text. */
function contentOf(item: unknown): string {
  try {
    return (
      JSON.stringify(item, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)) ?? 'null'
    );
  } catch (error) {
    return JSON.stringify({ unreadable: String(error), text: String(item) });
  }
}
