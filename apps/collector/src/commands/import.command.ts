import type { Hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { FILE_FORMATS, type FileFacts, type FileFormat } from '@millrace/catalog-sources';
import { isInstanceName } from '@millrace/contract-signal';
import { print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { assertKnown, EXIT_FAILED, UsageError } from '@millrace/platform-errors';
import { Option, type Command } from 'commander';

import { readCollectorConfig } from '../app.config';
import { closeConnections, createConnections } from '../connections/connections';
import { importFile, type FileInstance, type ImportSummary, type ImportTarget } from '../import/import-file';
import { importOnce, type ImportedOnce } from '../import/import-once';
import { hashing, hashOf } from '../import/imported-files';
import { openFile } from '../import/open-file';
import { ProgressLine } from '../import/progress';
import { loadInstances, type Instance } from '../instances/load-instances';

interface Options extends JsonOption {
  readonly instance?: string;
  readonly format?: FileFormat;
  readonly map?: string;
  readonly rejected?: string;
  readonly dryRun?: boolean;
  readonly again?: boolean;
}

/** `import <source> <file>`. */
export function addImportCommand(program: Command, shell: CommandShell): void {
  program
    .command('import <source> <file>')
    .description('bring in a CSV or JSONL file, also gzipped; - reads standard input. Safe to repeat')
    .option('--instance <name>', 'of people and accounts: the system whose ids the file has, over what the source says')
    .addOption(new Option('--format <format>', 'by default of the file name; csv for -').choices(FILE_FORMATS))
    .option('--map <pairs>', 'columns of other names, as email=Work Email,name=Contact')
    .option('--rejected <file>', 'where refused rows go (default: <file>.rejected.csv)')
    .option('--again', 'import a file that is imported already')
    .option('--dry-run', 'read and check, write no record')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nSources that take files are those of SOURCES_FILES with a type of that kind: npx millrace sources',
    )
    .action((source: string, file: string, options: Options) => runImport(source, file, options, shell));
}

/** Each ends an import with what is done by then. */
const STOPPING = ['SIGINT', 'SIGTERM'] as const;

const isFile = (instance: Instance): instance is FileInstance => instance.source?.kind === 'file';

async function runImport(name: string, file: string, options: Options, shell: CommandShell): Promise<void> {
  const config = readCollectorConfig();
  const known = loadInstances(config.SOURCES_FILES).filter(isFile);
  assertKnown({ kind: 'source of files', typed: name, known: known.map((one) => one.name), code: 'SOURCE_UNKNOWN' });
  const instance = known.find((one) => one.name === name) as FileInstance;
  if (options.instance !== undefined && !isInstanceName(options.instance)) {
    throw new UsageError(`--instance: "${options.instance}" is not the name of an instance: use a-z, 0-9, _ and -`);
  }
  const columns = options.map === undefined ? {} : readColumnMap(instance, options.map);
  const rejectedPath = options.rejected ?? (file === '-' ? 'stdin.rejected.csv' : `${file}.rejected.csv`);
  if (file !== '-' && resolve(rejectedPath) === resolve(file)) {
    throw new UsageError('--rejected: this is the file to import');
  }
  await assertFileFits(rejectedPath);
  const said = { format: options.format ?? formatOf(file), columns, instance: options.instance ?? null };
  const isDryRun = options.dryRun === true;
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  for (const signal of STOPPING) process.once(signal, onSignal);
  const importIt = async (target: ImportTarget | null, hash: Hash): Promise<ImportSummary> => {
    const { bytes, time, done } = await openFile(file);
    const facts: FileFacts = { ...said, time };
    const maxEventBytes = config.COLLECTOR_MAX_EVENT_BYTES;
    const now = Date.now();
    const line = new ProgressLine(process.stderr, now);
    const onProgress = ({ read, rejected }: ImportSummary): void =>
      line.show({ read, rejected, done: done() }, Date.now());
    return importFile(
      { instance, bytes: hashing(bytes, hash), facts, rejectedPath, maxEventBytes, now, stop: stop.signal, onProgress },
      target,
    ).finally(() => line.end(Date.now()));
  };
  const connections = isDryRun ? undefined : createConnections(config);
  const { summary, before } = await (
    connections === undefined
      ? importIt(null, hashOf(instance, said)).then((only): ImportedOnce => ({ summary: only, before: null }))
      : importOnce(connections, { instance, file, said }, options.again === true, importIt)
  ).finally(async () => {
    for (const signal of STOPPING) process.off(signal, onSignal);
    if (connections !== undefined) await closeConnections(connections);
  });
  const rejectedFile = summary.rejected > 0 ? rejectedPath : null;
  const imported_before = before === null ? null : new Date(before).toISOString();
  print(shell, options, { source: name, file, dryRun: isDryRun, ...summary, rejectedFile, imported_before }, [
    ...(imported_before === null
      ? inWords(name, summary, isDryRun)
      : [`${file} was imported on ${imported_before}, to its end: nothing to do (--again imports it again)`]),
    ...(rejectedFile === null ? [] : [`Rejected rows with their reasons: ${rejectedFile}`]),
  ]);
  if (!summary.complete) shell.exitWith(EXIT_FAILED);
}

/** Reads `person_id=Id,email=Email`. Throws UsageError. */
export function readColumnMap(
  { name, source: { fields } }: Pick<FileInstance, 'name' | 'source'>,
  text: string,
): Record<string, string> {
  const map: Record<string, string> = {};
  for (const pair of text.split(',')) {
    const at = pair.indexOf('=');
    const field = pair.slice(0, at).trim();
    const column = pair.slice(at + 1).trim();
    if (at < 1 || column === '') throw new UsageError(`--map: "${pair}" is not a pair such as email=Email`);
    if (!fields.includes(field)) {
      throw new UsageError(`--map: ${name} has no field "${field}"; there are ${fields.join(', ')}`);
    }
    if (Object.hasOwn(map, field)) throw new UsageError(`--map: "${field}" is mapped twice`);
    map[field] = column;
  }
  return map;
}

/** Where rejected rows go is known before the first row is sent. */
async function assertFileFits(path: string): Promise<void> {
  const isFolder = async (name: string): Promise<boolean> =>
    (await stat(name).catch(() => undefined))?.isDirectory() === true;
  if (await isFolder(path)) throw new UsageError(`--rejected: ${path} is a folder`);
  if (!(await isFolder(dirname(resolve(path)))))
    throw new UsageError(`--rejected: the folder ${dirname(path)} does not exist`);
}

function formatOf(file: string): FileFormat {
  if (file === '-') return 'csv';
  const name = file.toLowerCase().replace(/\.gz$/, '');
  if (/\.(?:csv|tsv|txt)$/.test(name)) return 'csv';
  if (/\.(?:jsonl|ndjson)$/.test(name)) return 'jsonl';
  throw new UsageError(
    `The name "${file}" does not say what it holds: .csv, .tsv, .txt, .jsonl and .ndjson do, each also with .gz`,
    {
      advice:
        'Give --format csv or --format jsonl (one object a line); save the sheet of a workbook (.xlsx) as "CSV UTF-8"',
    },
  );
}

function inWords(name: string, summary: ImportSummary, isDryRun: boolean): string[] {
  const reasons = Object.entries(summary.reasons).sort(([, a], [, b]) => b - a);
  const { read, accepted, deleted, duplicates, rejected } = summary;
  return [
    `${name}: ${read} rows read, ${accepted} ${isDryRun ? 'fit to import' : 'imported'}, ${deleted} deleted, ${duplicates} repeated, ${rejected} rejected`,
    ...reasons.map(([reason, count]) => `  ${reason}: ${count}`),
    ...(read === 0 && summary.complete ? ['The file has no row'] : []),
    ...(summary.ignoredColumns.length === 0 ? [] : [`Columns not used: ${summary.ignoredColumns.join(', ')}`]),
    ...(summary.error === undefined
      ? []
      : [`NOT COMPLETE: ${summary.error.reason}: ${[summary.error.message, summary.error.advice].join('. ')}`]),
  ];
}
