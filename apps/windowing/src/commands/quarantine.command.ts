import {
  instant,
  listing,
  print,
  table,
  wholeNumber,
  type CommandShell,
  type JsonOption,
} from '@millrace/platform-commands';
import { EXIT_DONE, EXIT_FAILED, UsageError } from '@millrace/platform-errors';
import type { Command } from 'commander';

import { withConnections } from './with-connections';
import { assertFilter } from '../quarantine/assert-filter';
import { listQuarantined, parseWhere, readQuarantined } from '../quarantine/read-quarantine';
import { retryQuarantined } from '../quarantine/retry-quarantined';

interface FilterOptions extends JsonOption {
  readonly topic?: string;
  readonly reason?: string;
  readonly limit: number;
}

export function addQuarantineCommand(program: Command, shell: CommandShell): void {
  const quarantine = program
    .command('quarantine')
    .description('records that are data but not signals: list them, look at one, try them again');
  addList(quarantine, shell);
  addShow(quarantine, shell);
  addRetry(quarantine, shell);
}

const MOST_RECORDS = 100_000;

const withFilter = (command: Command, defaultLimit: number): Command =>
  command
    .option('--topic <topic>', 'only of this topic')
    .option('--reason <reason>', 'only with this reason')
    .option(
      '--limit <n>',
      `how many records at most, 1 to ${MOST_RECORDS}`,
      wholeNumber({ min: 1, max: MOST_RECORDS }),
      defaultLimit,
    )
    .option('--json', 'print one JSON object');

function addList(quarantine: Command, shell: CommandShell): void {
  withFilter(quarantine.command('list').description('counts by topic and reason, and the newest records'), 20).action(
    async (options: FilterOptions) => {
      const found = await withConnections(async (connections) => {
        await assertFilter(connections, options);
        return listQuarantined(connections.clickhouse, options);
      });
      const where = found.records.map((row) => [
        `${row.topic}/${row.partition}/${row.offset}`,
        instant(row.appended_at),
        row.reason,
        row.detail,
      ]);
      const counts = found.reasons.map(({ topic, reason, records }) => [topic, reason, records]);
      const isNarrowed = options.topic !== undefined || options.reason !== undefined;
      const nothing = isNarrowed ? 'nothing is quarantined under this topic and reason' : 'nothing is quarantined';
      print(shell, options, found, [
        ...listing(['topic', 'reason', 'records'], counts, nothing),
        ...(where.length === 0 ? [] : ['', ...table(['record', 'appended at', 'reason', 'detail'], where)]),
      ]);
    },
  );
}

function addShow(quarantine: Command, shell: CommandShell): void {
  quarantine
    .command('show')
    .description('one record with its bytes and headers')
    .argument('<record>', '<topic>/<partition>/<offset>')
    .option('--json', 'print one JSON object')
    .action(async (record: string, options: JsonOption) => {
      const where = parseWhere(record);
      const [row] = await withConnections(({ clickhouse }) => readQuarantined(clickhouse, { ...where, limit: 1 }));
      if (row === undefined) throw notQuarantined(record);
      const bytes = Buffer.from(row.bytes_base64, 'base64');
      print(shell, options, row, [
        `record       ${record} (epoch ${row.topic_epoch})`,
        `appended_at  ${instant(row.appended_at)}`,
        `reason       ${row.reason}`,
        `detail       ${row.detail}`,
        `schema_id    ${row.schema_id ?? 'none'}`,
        ...Object.entries(row.headers).map(([name, value]) => `header       ${name}: ${value}`),
        `bytes        ${bytes.length}`,
        ...hexLines(bytes),
      ]);
    });
}

const notQuarantined = (record: string): UsageError =>
  new UsageError(`${record} is not quarantined`, {
    code: 'ENTITY_UNKNOWN',
    advice: 'npx millrace quarantine list prints the records that are',
  });

function addRetry(quarantine: Command, shell: CommandShell): void {
  withFilter(
    quarantine
      .command('retry')
      .description('produce records anew to signals.retried.v1, after what was wrong has been mended')
      .argument('[record]', '<topic>/<partition>/<offset>; without it, all that --topic and --reason name'),
    1_000,
  ).action(async (record: string | undefined, options: FilterOptions) => {
    if (record === undefined && options.topic === undefined && options.reason === undefined) {
      throw new UsageError('What to retry is not named', {
        advice: 'Name a record, or narrow it down with --topic or --reason',
      });
    }
    const filter = record === undefined ? options : { ...options, ...parseWhere(record) };
    const result = await withConnections(async (connections) => {
      const { clickhouse, kafka, config } = connections;
      await assertFilter(connections, filter);
      const rows = await readQuarantined(clickhouse, filter);
      if (record !== undefined && rows.length === 0) throw notQuarantined(record);
      return retryQuarantined(kafka, config.TOPIC_PREFIX, rows);
    });
    print(shell, options, result, [
      `${result.retried.length} records produced anew to ${result.topic}`,
      ...(result.left.length === 0 ? [] : [`${result.left.length} left: they hold no Avro body`]),
    ]);
    shell.exitWith(result.retried.length > 0 || result.left.length === 0 ? EXIT_DONE : EXIT_FAILED);
  });
}

const BYTES_A_LINE = 32;

/** Hexadecimal with what is printable beside it; at most 64 lines. */
function hexLines(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length && lines.length < 64; at += BYTES_A_LINE) {
    const part = bytes.subarray(at, at + BYTES_A_LINE);
    const printable = part.toString('latin1').replace(/[^\x20-\x7e]/g, '.');
    lines.push(`  ${String(at).padStart(6)}  ${part.toString('hex').padEnd(BYTES_A_LINE * 2)}  ${printable}`);
  }
  return lines;
}
