import { print, table, wholeNumber, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { assertKnown, EXIT_DONE, EXIT_FAILED, UsageError } from '@millrace/platform-errors';
import type { Command } from 'commander';

import type { ClickHouse } from '../clickhouse';
import { nameOf, parseName, readSetAside, readWaiting, type SetAsideRow } from './read-set-aside';
import { dismissSetAside, retrySetAside } from './resolve-set-aside';
import type { RecordTable } from './setting-aside';

/** What a service brings to its part of `millrace set-aside`. */
export interface SetAsideCommandDeps {
  readonly service: string;
  /** Every table that the service sets rows aside for. */
  readonly tables: readonly RecordTable<never>[];
  readonly withClickHouse: <Result>(work: (clickhouse: ClickHouse) => Promise<Result>) => Promise<Result>;
}

interface Choice extends JsonOption {
  readonly table?: string;
  readonly all?: boolean;
  readonly limit: number;
}

const MOST_ROWS = 99_999;
const limitOfRows = wholeNumber({ min: 1, max: MOST_ROWS });

const NAME = '<service>/<id>, as list prints it';

/** `set-aside`: lists, shows, retries and dismisses rows that ClickHouse refused. */
export function addSetAsideCommand(program: Command, shell: CommandShell, deps: SetAsideCommandDeps): void {
  const group = program.command('set-aside').description('rows that ClickHouse refused');
  addList(group, shell, deps);
  addShow(group, shell, deps);
  addRetry(group, shell, deps);
  addDismiss(group, shell, deps);
}

/** Throws a UsageError, which names the tables that there are. */
function assertTable({ tables }: SetAsideCommandDeps, typed: string | undefined): void {
  if (typed === undefined) return;
  assertKnown({ kind: 'table that rows are set aside for', typed, known: tables.map(({ table: name }) => name) });
}

function addList(group: Command, shell: CommandShell, deps: SetAsideCommandDeps): void {
  const { service, withClickHouse } = deps;
  group
    .command('list')
    .description('how many wait by table, and the rows, newest first')
    .option('--table <name>', 'only of this table')
    .option('--all', 'those that are resolved, too', false)
    .option('--limit <count>', `how many rows at most, 1 to ${MOST_ROWS}`, limitOfRows, 100)
    .option('--json', 'print one JSON object')
    .action(async (options: Choice) => {
      assertTable(deps, options.table);
      const filter = { ...options, withResolved: options.all };
      const [waiting, rows] = await withClickHouse((clickhouse) =>
        Promise.all([readWaiting(clickhouse, service), readSetAside(clickhouse, service, filter)]),
      );
      const listed = rows.map(({ content, ...row }) => ({ row: nameOf(row), ...row, content_bytes: content.length }));
      print(shell, options, { waiting, rows: listed }, [
        ...(waiting.length === 0
          ? ['No row waits.']
          : waiting.map((one) => `${one.waiting} rows of ${one.table_name} wait`)),
        ...(rows.length === 0
          ? []
          : ['', ...table(['row', 'table', 'set aside at', 'state', 'from', 'reason'], rows.map(cells))]),
      ]);
    });
}

const cells = (row: SetAsideRow): string[] => [
  nameOf(row),
  row.table_name,
  row.set_aside_at,
  row.resolution === '' ? 'waits' : row.resolution,
  originOf(row),
  row.reason.length > 120 ? `${row.reason.slice(0, 120)} ...` : row.reason,
];

const originOf = ({ topic, partition, offset }: SetAsideRow): string =>
  topic === '' ? '-' : `${topic}/${partition ?? ''}/${offset ?? ''}`;

function addShow(group: Command, shell: CommandShell, { service, withClickHouse }: SetAsideCommandDeps): void {
  group
    .command('show')
    .description('one row with its content and the whole reason')
    .argument('<row>', NAME)
    .option('--json', 'print one JSON object')
    .action(async (name: string, options: JsonOption) => {
      const filter = { id: parseName(service, name), withResolved: true, limit: 1 };
      const [row] = await withClickHouse((clickhouse) => readSetAside(clickhouse, service, filter));
      if (row === undefined) throw unknownRow(name);
      const content: unknown = JSON.parse(row.content);
      print(shell, options, { ...row, content }, [
        `row          ${nameOf(row)}`,
        `table        ${row.table_name}`,
        `from         ${originOf(row)}`,
        `set aside    ${row.set_aside_at}`,
        `state        ${row.resolution === '' ? 'waits' : row.resolution}`,
        `reason       ${row.reason}`,
        `code         ${row.code === 0 ? row.error_code : `${row.code} of ClickHouse`}`,
        'content',
        ...JSON.stringify(content, null, 2).split('\n'),
      ]);
    });
}

function addRetry(group: Command, shell: CommandShell, deps: SetAsideCommandDeps): void {
  withChoice(group.command('retry').description('insert rows again, after what was wrong has been mended')).action(
    async (name: string | undefined, options: Choice) => {
      const result = await deps.withClickHouse(async (clickhouse) =>
        retrySetAside(clickhouse, deps.tables, await choose(clickhouse, deps, name, options)),
      );
      print(shell, options, result, [
        result.stored.length + result.refused.length === 0 ? 'No row waits.' : `${result.stored.length} rows stored`,
        ...result.refused.map(({ row, table: of, reason }) => `${row} is refused by ${of} again: ${reason}`),
      ]);
      shell.exitWith(result.refused.length === 0 ? EXIT_DONE : EXIT_FAILED);
    },
  );
}

function addDismiss(group: Command, shell: CommandShell, deps: SetAsideCommandDeps): void {
  withChoice(group.command('dismiss').description('let rows wait no longer; they are kept until they expire')).action(
    async (name: string | undefined, options: Choice) => {
      const dismissed = await deps.withClickHouse(async (clickhouse) =>
        dismissSetAside(clickhouse, await choose(clickhouse, deps, name, options)),
      );
      print(shell, options, { dismissed }, [
        dismissed.length === 0 ? 'No row waits.' : `${dismissed.length} rows dismissed`,
      ]);
    },
  );
}

const withChoice = (command: Command): Command =>
  command
    .argument('[row]', `${NAME}; without it, what --table or --all name`)
    .option('--table <name>', 'all that wait for this table')
    .option('--all', 'all that wait', false)
    .option('--limit <count>', `how many rows at most, 1 to ${MOST_ROWS}`, limitOfRows, 1_000)
    .option('--json', 'print one JSON object');

async function choose(
  clickhouse: ClickHouse,
  deps: SetAsideCommandDeps,
  name: string | undefined,
  { table: of, all, limit }: Choice,
): Promise<SetAsideRow[]> {
  const { service } = deps;
  assertTable(deps, of);
  if (name !== undefined) {
    const rows = await readSetAside(clickhouse, service, {
      id: parseName(service, name),
      withResolved: true,
      limit: 2,
    });
    if (rows.length === 0) throw unknownRow(name);
    if (rows.length === 1) return rows;
    throw new UsageError(`${name} is the beginning of several rows`);
  }
  if (of !== undefined || all === true) return readSetAside(clickhouse, service, { table: of, limit });
  throw new UsageError('Which rows are meant is not said', {
    advice: 'Name a row, or use --table or --all; npx millrace set-aside list prints what waits',
  });
}

const unknownRow = (name: string): UsageError =>
  new UsageError(`${name} is not set aside`, {
    code: 'ENTITY_UNKNOWN',
    advice: 'npx millrace set-aside list --all prints the rows that are or were',
  });
