import type { PublishedType } from '@millrace/contract-score';
import type { z } from 'zod';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- of a model that is not known: its schema has checked them
type AnySettings = any;

export const MODEL_KINDS = ['rollup', 'score'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

/** Which run of another score model a run reads; nothing is ever read from the future. */
export type PickRun = 'same_instant' | 'newest' | 'own_previous';

/** What a model reads. Each run binds it to an exact version, by which the same run reads the same again. */
export type Input =
  | { readonly from: 'signals' }
  | { readonly from: 'entities'; readonly of: 'people' | 'accounts' }
  /** Who is who, as people corrected it up to the run's instant. */
  | { readonly from: 'edits' }
  /** Local days of a rollup, `back` of them before the run's date. */
  | { readonly from: 'days'; readonly model: string; readonly back: number }
  /** `isRequired`: without such a run this one cannot be made; else it is made without, and says so. */
  | { readonly from: 'run'; readonly model: string; readonly pick: PickRun; readonly isRequired?: boolean };

/** What a step may know of its run. Dates are local, `YYYY-MM-DD`. */
export interface RunParams {
  /** Local date D of the run: it looks at days before it. */
  readonly asOfDate: string;
  readonly zone: string;
}

/** Rows of a query with bound parameters: those of the step, and those that it adds. */
export type Query = <Row>(sql: string, params?: Readonly<Record<string, unknown>>) => AsyncIterable<Row>;

/**
 * A select, a file below the model's folder; its rows go into the table `into`, column by column of the same name. Bound are
 * the run's own parameters (README), its inputs, and `params`.
 */
export interface SqlStep<Settings = AnySettings> {
  readonly sql: string;
  readonly into: string;
  readonly params?: (settings: Settings, run: RunParams) => Record<string, unknown>;
}

/**
 * Rows that TypeScript makes: of the settings, or of what a query finds. The engine adds `attempt_id`, `run_id`, `as_of_date`,
 * `model`, `entity_kind` and `contributions_until` where the table has such a column.
 */
export interface RowsStep<Settings = AnySettings> {
  readonly rows: (settings: Settings, run: RunParams, query: Query) => Iterable<object> | AsyncIterable<object>;
  readonly into: string;
}

/** A select whose rows are crossings: they go into `score_events`, column by column of the same name. */
export type EventStep<Settings = AnySettings> = Omit<SqlStep<Settings>, 'into'>;

interface ModelBase<Settings> {
  readonly name: string;
  /** Raised with every change that may change a row. */
  readonly version: number;
  /** One row per ..., in words. */
  readonly grain: string;
  readonly description: string;
  readonly settings: z.ZodType<Settings>;
  /** By the name under which the SQL binds them. */
  readonly inputs: (settings: Settings) => Readonly<Record<string, Input>>;
  /**
   * Settings that stand in another model's file, by the name under which they are found there: both models go by one rule. They are
   * added to this model's own and are in its hash.
   */
  readonly borrows?: Readonly<Record<string, Model>>;
  /** `__dirname` of the model: its SQL, and `migrations/` with its own tables, which deploy runs as `model.<name>`. */
  readonly folder: string;
  /** SQL that several models have in common: paths of the files that `{{name}}` in the SQL stands for. */
  readonly fragments?: Readonly<Record<string, string>>;
}

/** What local days were, built again whenever a seal step touches them. Each rollup has its own builds. */
export interface Rollup<Settings = AnySettings, Borrowed = unknown> extends ModelBase<Settings> {
  readonly kind: 'rollup';
  /** How far around its day a signal may still change the day's rows, in milliseconds. Default 0. */
  readonly spillMs?: (settings: Settings & Borrowed) => number;
  /** The tables that they fill have the columns `day`, `zone`, `build_id`, `step`. */
  readonly build: readonly SqlStep<Settings & Borrowed>[];
  /** A select of one row: counts of the day that are kept with its build. */
  readonly counts?: Omit<SqlStep<Settings & Borrowed>, 'into'>;
}

/** A run as of an instant: on schedule or on demand. */
export interface Score<Settings = AnySettings, Borrowed = unknown> extends ModelBase<Settings> {
  readonly kind: 'score';
  readonly entity: 'person' | 'account' | 'conversion';
  /** Once an attempt, into tables partitioned by `attempt_id`, which the engine drops afterwards. */
  readonly stage?: readonly (SqlStep<Settings & Borrowed> | RowsStep<Settings & Borrowed>)[];
  /** A select of (chunk, entities): what the run must write. Left out: one chunk, of any size. */
  readonly chunks?: string;
  /** In turn for each range of chunks, [first_chunk, end_chunk). The last fills `rows`. Repeating it writes the same rows. */
  readonly score: readonly (SqlStep<Settings & Borrowed> | RowsStep<Settings & Borrowed>)[];
  /**
   * Crossings of the chunks, written before the last step of `score`: a chunk whose rows are all there has its crossings, too.
   * Repeating it writes the same ones.
   */
  readonly events?: EventStep<Settings>;
  /** The table whose rows of the run are counted and check-summed, and the columns that name one of them. */
  readonly rows: { readonly table: string; readonly key: readonly string[] };
  /** What a destination's mapping may name. */
  readonly publishes: Readonly<Record<string, PublishedType>>;
  /** Which values of a published field hand an entity to sales: what a back-test judges as a decision. */
  readonly qualified?: { readonly field: string; readonly values: readonly string[] };
  /**
   * Its runs say who exists: destinations hear of them and of nobody else. The view `audience_people_of(run_id)` or
   * `audience_accounts_of(run_id)` is its own.
   */
  readonly audience?: 'person' | 'account';
  /** A select of the names (column `name`) that `entity` of run `run_id` goes by; without it an entity has one name for ever. */
  readonly names?: string;
  /** Selects that must find no row of the run, by what is wrong with one that they find; a path may be absolute. */
  readonly checks?: Readonly<Record<string, string>>;
  /** Beginnings of the plain sentences, by `component.class`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What is allowed and probably not meant, in words with a way out: notes of each run. */
  readonly warnings?: (settings: Settings) => readonly string[];
  /** What `explain` adds that only the model knows. */
  readonly explain?: Explain<Settings>;
}

/** What only the model knows about its rows. */
export interface Explain<Settings> {
  /** Parts of the formula that the settings or inputs leave out, with the reason. */
  readonly absent?: readonly { readonly component: string; readonly reason: string }[];
  /**
   * A select of sentences (column `remark`) about `entity` in run `run_id`; runs that it read are bound by their inputs' names. With a
   * column `about` (`component.class`, or empty) a remark stands in the sentence of that contribution.
   */
  readonly remarks?: { readonly sql: string; readonly params: (settings: Settings) => Record<string, unknown> };
  /** Signals of a day that count for a contribution; left out: all. */
  readonly dailyCap?: (settings: Settings, component: string, signalClass: string) => number | undefined;
  /** Whether a setting concerns the contributions of (component, class). `path`: keys joined by dots. */
  readonly concerns?: (path: string, component: string, signalClass: string) => boolean;
}

/** A model as a contributor writes it: data and pure functions, no clock, no I/O. */
export type Model<Settings = AnySettings> = Rollup<Settings> | Score<Settings>;

/** Keeps the literal types of a definition, its settings inferred from `settings`. */
export function defineRollup<Settings, Borrowed = unknown>(
  model: Rollup<Settings, Borrowed>,
): Rollup<Settings, Borrowed> {
  return Object.freeze(model);
}

export function defineScore<Settings, const Definition extends Score<Settings, Borrowed>, Borrowed = unknown>(
  model: Definition & Score<Settings, Borrowed>,
): Definition & Score<Settings, Borrowed> {
  return Object.freeze(model);
}

/** Tables that the steps of a score fill, staging included. */
export const tablesOf = ({ stage = [], score }: Score): string[] => [
  ...new Set([...stage, ...score].map(({ into }) => into)),
];

/** Names of models that a model reads, with its defaults. */
export function modelsReadBy(model: Model): string[] {
  const inputs: Input[] = Object.values(model.inputs(model.settings.parse({})));
  return [...new Set(inputs.flatMap((input) => ('model' in input && input.model !== model.name ? [input.model] : [])))];
}
