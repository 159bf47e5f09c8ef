import type { Reading, Tools } from './destination';
import type { CopySource } from './sink';

/** What a column of a view holds. `instant`: UTC; `integer`: of 64 bits; `decimal`: exact, of any size; `json`: lists and objects. */
export type LoadType = 'text' | 'boolean' | 'integer' | 'number' | 'decimal' | 'date' | 'instant' | 'uuid' | 'json';

export interface LoadColumn {
  readonly name: string;
  readonly type: LoadType;
  readonly comment: string;
}

/** A table that holds the rows of a documented view. */
export interface LoadTable {
  readonly name: string;
  readonly view: string;
  readonly comment: string;
  readonly columns: readonly LoadColumn[];
  /** The column that says which part a row belongs to, such as its day. */
  readonly partColumn: string;
}

/** Rows that are replaced together, as one build made them. */
export interface LoadPart {
  /** Value of the part's column, in text. */
  readonly part: string;
  /** Null: the view has the part no more. */
  readonly build: string | null;
  /**
   * The rows, begun when they are needed: lines of values between tabs in the order of the columns, in the text format of COPY
   * (`\N` is null; `\\`, `\t`, `\n`, `\r` stand for themselves). Instants are ISO 8601.
   */
  rows(): CopySource;
  /** Whether the build is still the part's newest; asked after the last row. */
  isCurrent(): Promise<boolean>;
}

type NotDone = Exclude<Reading, { kind: 'records' | 'started' }>;

/** By part the build that is there. */
export type PartsReading = { readonly kind: 'parts'; readonly builds: ReadonlyMap<string, string> } | NotDone;

export type PartReading =
  | { readonly kind: 'replaced'; readonly rows: number }
  /** The build is there already, or the part is gone already. */
  | { readonly kind: 'there' }
  /** Another process replaces it now. */
  | { readonly kind: 'busy' }
  /** A newer build came while the rows were read: nothing was changed. */
  | { readonly kind: 'outdated' }
  | NotDone;

/** What a destination does that can hold the rows of a view. What reading the rows raises is raised. */
export interface Load<Settings> {
  /** Makes the table ready; safe to repeat. */
  readonly begin: (table: LoadTable, settings: Settings, tools: Tools) => Promise<PartsReading>;
  /** Replaces the rows of a part and notes its build, both or neither: the same again changes nothing. */
  readonly replace: (table: LoadTable, part: LoadPart, settings: Settings, tools: Tools) => Promise<PartReading>;
}
