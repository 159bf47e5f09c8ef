import { AUDIENCES } from '@millrace/catalog-models/published';
import { runKey, tickDoneKey, tickDueKey, type RunPublished } from '@millrace/contract-score';
import type { ClickHouse } from '@millrace/platform-clickhouse';

import { run, scoreRow, type FixtureRow } from '../../testing/score-fixture';
import type { LogInMemory } from './log-in-memory';

/** What a model says of a person. */
export interface Values {
  readonly score: number | null;
  readonly grade: string;
  readonly stage: string;
}

/** Who exists as of a run. */
export interface Present {
  readonly email: string;
  readonly instanceIds: readonly string[];
  readonly isFlagged: boolean;
}

interface Published<Row> {
  readonly asOf: number;
  readonly offset: bigint;
  readonly deliver: boolean;
  readonly rows: ReadonlyMap<string, Row>;
}

export const AUDIENCE = AUDIENCES.person;

/** Publishes runs and ticks as scoring does: rows first, then the record. Remembers what is current, by its own means. */
export class ScoringInMemory {
  readonly #clickhouse: ClickHouse;
  readonly #log: LogInMemory;
  readonly #prefix: string;
  readonly #values = new Map<string, Published<Values>[]>();
  readonly #present: Published<Present>[] = [];
  #runs = 0;

  constructor(clickhouse: ClickHouse, log: LogInMemory, prefix: string) {
    this.#clickhouse = clickhouse;
    this.#log = log;
    this.#prefix = prefix;
  }

  due(job: string, scheduled_at: number): void {
    this.#log.append(tickDueKey(job, scheduled_at), { kind: 'tick_due', job, scheduled_at, noted_at: scheduled_at });
  }

  done(job: string, scheduled_at: number, outcome: 'failed' | 'skipped'): void {
    const said = { kind: 'tick_done', job, scheduled_at, outcome, reason: '', replica: '', decided_at: scheduled_at };
    this.#log.append(tickDoneKey(job, scheduled_at), said);
  }

  async publishPeople(asOf: number, rows: ReadonlyMap<string, Present>, deliver = true): Promise<void> {
    const id = this.#nextId();
    await this.#insert(
      [...rows].map(([person, { email, instanceIds, isFlagged }]) =>
        scoreRow(person, { run_id: id, email, instance_ids: instanceIds, do_not_sync: isFlagged, is_scored: false }),
      ),
    );
    const offset = this.#append(`people-${id}`, AUDIENCE, asOf, deliver);
    this.#present.push({ asOf, offset, deliver, rows: new Map(rows) });
  }

  async publish(model: string, asOf: number, rows: ReadonlyMap<string, Values>, deliver = true): Promise<void> {
    const id = this.#nextId();
    await this.#insert(
      [...rows].map(([person, { score, grade, stage }]) =>
        scoreRow(person, { run_id: id, model, score: score as never, grade, stage } as Partial<FixtureRow>),
      ),
    );
    const offset = this.#append(id, model, asOf, deliver);
    const before = this.#values.get(model) ?? [];
    this.#values.set(model, [...before, { asOf, offset, deliver, rows: new Map(rows) }]);
  }

  /** The run that counts: the latest instant, then the latest record. */
  current(model: string): Published<Values> | undefined {
    return newest(this.#values.get(model) ?? []);
  }

  currentPeople(): Published<Present> | undefined {
    return newest(this.#present);
  }

  #nextId(): string {
    this.#runs += 1;
    return `${this.#prefix}-${this.#runs}`;
  }

  async #insert(rows: readonly FixtureRow[]): Promise<void> {
    if (rows.length > 0) await this.#clickhouse.insertRows('score_history', rows);
  }

  #append(id: string, model: string, asOf: number, deliver: boolean): bigint {
    const as_of_date = new Date(asOf).toISOString().slice(0, 10);
    const record: RunPublished = run(id, { model, as_of: asOf, as_of_date, deliver });
    return this.#log.append(runKey(id), record).offset;
  }
}

const newest = <Row>(runs: readonly Published<Row>[]): Published<Row> | undefined =>
  [...runs].sort((a, b) => a.asOf - b.asOf || Number(a.offset - b.offset)).at(-1);
