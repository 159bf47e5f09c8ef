import { sqlTokens, type SqlToken } from './sql-tokens';

export interface Created {
  readonly name: string;
  readonly isView: boolean;
  /** The comment of the table or view itself. */
  readonly comment: string;
}

export interface SqlTables {
  readonly created: readonly Created[];
  /** What is read, written or altered, without databases: tables, views, table functions; no names that the text itself gives to queries. */
  readonly used: readonly string[];
}

const BEFORE_A_TABLE = new Set(['from', 'join', 'into', 'to', 'table', 'view', 'dictionary', 'describe', 'optimize']);
const PARTS_OF_CREATE = new Set([
  'or',
  'replace',
  'materialized',
  'table',
  'view',
  'dictionary',
  'if',
  'not',
  'exists',
]);
const BETWEEN = new Set(['table', 'if', 'not', 'exists']);
const NO_TABLE = new Set(['select', 'with', 'values', 'function']);
/** Their first argument names a table or a dictionary. */
const NAMING = /^(dict(Get|Has|IsIn)\w*|joinGet(OrNull)?|dictionary)$/i;

/** The tables that a text of ClickHouse SQL names; several statements are read alike, and fragments of one. */
export function sqlTables(sql: string): SqlTables {
  const reader = new Reader(sqlTokens(sql));
  reader.read();
  return { created: reader.created, used: [...new Set(reader.used)].sort() };
}

/** An open bracket: the names of queries that are seen in it, and the name that its own query gets outside. */
interface Bracket {
  readonly names: Set<string>;
  readonly defines?: string;
  /** It stands where a table may stand, so that another may follow behind a comma. */
  readonly isTable?: boolean;
}

class Reader {
  readonly created: (Created & { comment: string })[] = [];
  readonly used: string[] = [];
  #at = 0;
  #brackets: Bracket[] = [{ names: new Set() }];
  /** What the statement creates. */
  #making: (Created & { comment: string }) | undefined;

  constructor(private readonly tokens: readonly SqlToken[]) {}

  read(): void {
    while (this.#at < this.tokens.length) {
      const { kind, text, isQuoted } = this.#next();
      if (kind === 'name' && !isQuoted) this.#word(text);
      if (kind !== 'sign') continue;
      if (text === '(') this.#brackets.push({ names: new Set() });
      else if (text === ')') this.#close();
      else if (text === ';') this.#end();
    }
  }

  #word(text: string): void {
    const word = text.toLowerCase();
    const before = this.#wordAt(-2);
    if (word === 'create') this.#create();
    else if (word === 'comment') this.#comment();
    else if (NAMING.test(text)) this.#firstArgument();
    else if (word === 'from' && before === 'distinct') return;
    else if (word === 'join' && before === 'array') return;
    else if (word === 'to' && this.#making?.isView !== true) return;
    else if (word === 'in') this.#table();
    else if (BEFORE_A_TABLE.has(word)) this.#tables();
    else this.#query(text);
  }

  /** `name as (select ...)`: a name from its closing bracket on, so that the query itself may read a table of that name. */
  #query(name: string): void {
    const starts = /^(select|with|\{\{.*)$/.test(this.#wordAt(2) ?? '');
    if (this.#wordAt(0) !== 'as' || this.#wordAt(1) !== '(' || !starts) return;
    this.#at += 2;
    this.#brackets.push({ names: new Set(), defines: name });
  }

  #close(): void {
    if (this.#brackets.length === 1) return;
    const { defines, isTable } = this.#brackets.pop() as Bracket;
    if (defines !== undefined) this.#brackets.at(-1)?.names.add(defines);
    if (isTable) this.#moreTables();
  }

  #end(): void {
    this.#brackets = [{ names: new Set() }];
    this.#making = undefined;
  }

  #create(): void {
    let isView = false;
    for (; PARTS_OF_CREATE.has(this.#wordAt(0) ?? ''); this.#at += 1) isView ||= this.#wordAt(0) === 'view';
    const name = this.#name();
    if (name === undefined) return;
    this.#making = { name, isView, comment: '' };
    this.created.push(this.#making);
    if (this.#wordAt(0)?.startsWith('{{')) this.#at += 1;
    // `create table a as b` has the columns of b.
    if (this.#wordAt(0) !== 'as') return;
    this.#at += 1;
    this.#table();
  }

  #comment(): void {
    if (this.#peek()?.kind !== 'text' || this.#brackets.length > 1 || this.#making === undefined) return;
    this.#making.comment = this.#next().text;
  }

  /** `dictGet('database.name', ...`. */
  #firstArgument(): void {
    if (this.#wordAt(0) !== '(') return;
    const argument = this.#peek(1);
    if (argument?.kind === 'text') this.#use(argument.text.split('.').at(-1) ?? '');
    if (argument?.kind !== 'name') return;
    this.#at += 1;
    this.#brackets.push({ names: new Set() });
    this.#table();
  }

  /** `a`, `a as x final, b`, `(select ...) as x, b`. */
  #tables(): void {
    if (this.#wordAt(0) !== '(') {
      this.#table();
      return this.#moreTables();
    }
    this.#at += 1;
    this.#brackets.push({ names: new Set(), isTable: true });
  }

  #moreTables(): void {
    let next = 0;
    while (['as', 'final'].includes(this.#wordAt(next) ?? '')) next += this.#wordAt(next) === 'as' ? 2 : 1;
    if (this.#peek(next)?.kind === 'name' && this.#wordAt(next + 1) === ',') next += 1;
    if (this.#wordAt(next) !== ',' || this.#peek(next + 1)?.kind !== 'name') return;
    this.#at += next + 1;
    this.#tables();
  }

  #table(): void {
    while (BETWEEN.has(this.#wordAt(0) ?? '')) this.#at += 1;
    if (NAMING.test(this.#wordAt(0) ?? '')) return;
    const name = this.#name();
    if (name !== undefined) this.#use(name);
  }

  /** `name` or `database.name`, without the database; undefined where a query, a function or a table of `system` stands. */
  #name(): string | undefined {
    const token = this.#peek();
    if (token?.kind !== 'name' || (!token.isQuoted && NO_TABLE.has(token.text.toLowerCase()))) return undefined;
    this.#at += 1;
    if (this.#wordAt(0) !== '.') return token.text;
    this.#at += 1;
    const { text } = this.#next();
    return token.text.toLowerCase() === 'system' ? undefined : text;
  }

  #use(name: string): void {
    if (!name.startsWith('{') && !this.#brackets.some(({ names }) => names.has(name))) this.used.push(name);
  }

  #next(): SqlToken {
    this.#at += 1;
    return this.tokens[this.#at - 1] ?? { kind: 'sign', text: '', isQuoted: false };
  }

  #peek(offset = 0): SqlToken | undefined {
    return this.tokens[this.#at + offset];
  }

  /** A word or a sign in lower case; undefined where a quoted one stands. */
  #wordAt(offset: number): string | undefined {
    const token = this.#peek(offset);
    return token === undefined || token.isQuoted ? undefined : token.text.toLowerCase();
  }
}
