import { Readable } from 'node:stream';

import { loadSql, TableTrust, type ClickHouse } from '@millrace/platform-clickhouse';
import { z } from 'zod';

import type { FastPart, JsonRow, QuarantinedRecord } from '../flush/chunk';
import type { Lane } from '../partitions/lane';
import type { SkippedRange } from '../partitions/skipped-range';

const FROM_AVRO = loadSql(__dirname, 'sql/insert-signals-from-avro.sql');
const FROM_ROWS = loadSql(__dirname, 'sql/insert-signals-from-rows.sql');
const QUARANTINED = loadSql(__dirname, 'sql/insert-quarantined.sql');

/** One block per insert and partition of the table, however many rows: fewer parts to merge. */
const ONE_BLOCK = {
  max_insert_block_size: '1048576',
  min_insert_block_size_rows: '1048576',
  min_insert_block_size_bytes: '0',
  input_format_parallel_parsing: 0,
  max_insert_threads: '1',
  // Replacing is only a cleaner: running it over each block as it is inserted costs as much as all the rest of the insert.
  optimize_on_insert: 0,
  // A topic may hold records of more days than the server's limit of 100.
  max_partitions_per_insert_block: '0',
} as const;

export interface InsertCall {
  readonly signal: AbortSignal;
}

export interface LanePosition {
  readonly lane: Lane;
  readonly position: number;
}

/** The inserts of landing. None is repeated here; each rejects with a RetryableError when ClickHouse is away. */
export class LandingStore {
  /** Whether the table takes records at all. Has no sample: what is landed is not landed again without need. */
  readonly trust = new TableTrust<never>('signals_raw', () => Promise.resolve());

  constructor(
    private readonly clickhouse: ClickHouse,
    private readonly windowSizeMs: number,
  ) {}

  async insertContainer({ schemaId, units, container }: FastPart, lanes: readonly Lane[], { signal }: InsertCall) {
    await this.clickhouse.insertStream(FROM_AVRO, 'Avro', Readable.from(container.parts(), { objectMode: false }), {
      params: {
        topics: lanes.map(({ topic }) => topic),
        topic_epochs: lanes.map(({ topicEpoch }) => topicEpoch),
        partitions: lanes.map(({ partition }) => partition),
        schema_id: schemaId,
        window_size_ms: this.windowSizeMs,
        occurred_at_unit: units.occurredAt,
        received_at_unit: units.receivedAt,
      },
      settings: { ...ONE_BLOCK, input_format_avro_allow_missing_fields: 1 },
      signal,
    });
  }

  async insertRows(rows: readonly JsonRow[], { signal }: InsertCall): Promise<void> {
    if (rows.length === 0) return;
    await this.clickhouse.insertStream(FROM_ROWS, 'JSONEachRow', lines(rows), {
      params: { window_size_ms: this.windowSizeMs },
      settings: ONE_BLOCK,
      signal,
    });
  }

  async insertQuarantined(records: readonly QuarantinedRecord[], { signal }: InsertCall): Promise<void> {
    if (records.length === 0) return;
    const rows = records.map(({ lane, offset, appendedAt, verdict, schemaId, bytes, headers }) =>
      JSON.stringify({
        ...columnsOf(lane),
        offset,
        appended_at: appendedAt,
        ...verdict,
        schema_id: schemaId,
        bytes: bytes.toString('base64'),
        headers,
      }),
    );
    await this.clickhouse.insertStream(QUARANTINED, 'JSONEachRow', lines(rows), { settings: ONE_BLOCK, signal });
  }

  async insertSkipped(
    ranges: readonly { readonly lane: Lane; readonly range: SkippedRange }[],
    { signal }: InsertCall,
  ): Promise<void> {
    const rows = ranges.map(({ lane, range }) => ({
      ...columnsOf(lane),
      first_offset: range.from,
      last_offset: range.to - 1,
      reason: range.reason,
    }));
    await this.clickhouse.insertRows('signals_skipped', rows, { signal });
  }

  async publishPositions(positions: readonly LanePosition[], { signal }: InsertCall): Promise<void> {
    const rows = positions.map(({ lane, position }) => ({ ...columnsOf(lane), position }));
    await this.clickhouse.insertRows('landed_positions', rows, { signal });
  }

  readonly readPositions = async (
    topics: readonly { readonly topic: string; readonly topicEpoch: number }[],
  ): Promise<readonly PositionRow[]> =>
    this.clickhouse.query(
      loadSql(__dirname, 'sql/select-positions.sql'),
      { topics: topics.map(({ topic }) => topic), topic_epochs: topics.map(({ topicEpoch }) => topicEpoch) },
      positionRow,
    );

  /** The newest landed record among the last `look` offsets below the position. */
  async readNewestLanded(lane: Lane, position: number, look = 100_000) {
    return this.clickhouse.queryOne(
      loadSql(__dirname, 'sql/select-newest-landed.sql'),
      { ...columnsOf(lane), position, from: Math.max(0, position - look) },
      newestRow,
    );
  }

  /** The vector of the last seal step as its record has it, JSON; undefined before the first step. */
  async readLastVector(): Promise<string | undefined> {
    const row = await this.clickhouse.queryOne(
      loadSql(__dirname, 'sql/select-last-vector.sql'),
      {},
      z.object({ vector: z.string() }),
    );
    return row?.vector;
  }
}

const positionRow = z.object({
  topic: z.string(),
  topic_epoch: z.number(),
  partition: z.number(),
  position: z.number(),
});
export type PositionRow = z.infer<typeof positionRow>;
const newestRow = z.object({ offset: z.number(), appended_at: z.number() });

function columnsOf({ topic, topicEpoch, partition }: Pick<Lane, 'topic' | 'topicEpoch' | 'partition'>) {
  return { topic, topic_epoch: topicEpoch, partition };
}

/** In pieces: one string of a whole flush would be copied over and over. */
const ROWS_A_PIECE = 1_000;

function lines(rows: readonly string[]): Readable {
  function* pieces(): Generator<Buffer> {
    for (let from = 0; from < rows.length; from += ROWS_A_PIECE) {
      yield Buffer.from(`${rows.slice(from, from + ROWS_A_PIECE).join('\n')}\n`);
    }
  }
  return Readable.from(pieces(), { objectMode: false });
}
