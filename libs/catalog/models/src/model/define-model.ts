import type { z } from 'zod';

export const MODEL_KINDS = ['rollup', 'score'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

/** What models may read besides each other: landed by the service itself. */
export const BASE_INPUTS = ['signals', 'people', 'accounts'] as const;

/**
 * A model as a contributor writes it: data and pure functions, no clock, no I/O. `sql` names files below `folder`; the
 * service binds their parameters. A score model may do its last step in TypeScript (`score`), a chunk of rows at a time.
 */
export interface Model<Settings extends z.ZodType = z.ZodType, Row extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** Raised with every change that may change a row. */
  readonly version: number;
  readonly kind: ModelKind;
  /** One row per ..., in words. */
  readonly grain: string;
  readonly description: string;
  /** Base inputs or names of other models. */
  readonly inputs: readonly string[];
  /** A score's have a `schedule` (schedule-settings.ts): the one that there is. */
  readonly settings: Settings;
  readonly row: Row;
  /** `__dirname` of the model. */
  readonly folder: string;
  readonly sql: Readonly<Record<string, string>>;
  readonly score?: (row: unknown, context: ScoreContext<z.output<Settings>>) => z.output<Row>;
}

export interface ScoreContext<Settings> {
  readonly settings: Settings;
  /** Local date D of the run: it looks at days before it. */
  readonly asOfDate: string;
}

/** Keeps the literal types of a definition. */
export function defineModel<
  Settings extends z.ZodType,
  Row extends z.ZodType,
  const Definition extends Model<Settings, Row>,
>(definition: Definition & Model<Settings, Row>): Definition {
  return Object.freeze(definition);
}
