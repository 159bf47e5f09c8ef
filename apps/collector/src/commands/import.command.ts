import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { DIRECT_INSTANCE, isInstanceName } from '@millrace/contract-signal';
import { print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { EXIT_FAILED, UsageError } from '@millrace/platform-errors';
import { Option, type Command } from 'commander';

import { readCollectorConfig } from '../app.config';
import { readColumnMap } from '../import/columns';
import { fieldsOf, type EntityName } from '../import/entity-kind';
import { importFile, type ImportSummary } from '../import/import-file';
import type { Format } from '../import/import-rows';

interface Options extends JsonOption {
  readonly instance: string;
  readonly format?: Format;
  readonly map?: string;
  readonly rejected?: string;
  readonly dryRun?: boolean;
}

const PROGRESS_MS = 2_000;

/** `people import <file>` and `accounts import <file>`. */
export function addImportCommands(program: Command, shell: CommandShell): void {
  const groups: Readonly<Record<EntityName, Command>> = {
    people: program.command('people'),
    accounts: program.command('accounts'),
  };
  for (const kind of Object.keys(groups) as EntityName[]) {
    groups[kind]
      .description(`bring in ${kind}`)
      .command('import <file>')
      .description(`import ${kind} from a CSV or JSONL file, also gzipped; - reads standard input. Safe to repeat`)
      .option('--instance <name>', 'the system whose ids the file has; direct: your own ids', DIRECT_INSTANCE)
      .addOption(new Option('--format <format>', 'by default of the file name; csv for -').choices(['csv', 'jsonl']))
      .option('--map <pairs>', 'columns of other names, as email=Work Email,name=Contact')
      .option('--rejected <file>', 'where refused rows go (default: <file>.rejected.csv)')
      .option('--dry-run', 'read and check, write no record')
      .option('--json', 'print one JSON object')
      .addHelpText(
        'after',
        `\nFields: ${Object.keys(fieldsOf(kind)).join(', ')}\nSee docs/guide/people-and-accounts.md`,
      )
      .action((file: string, options: Options) => runImport(kind, file, options, shell));
  }
}

async function runImport(kind: EntityName, file: string, options: Options, shell: CommandShell): Promise<void> {
  const { instance } = options;
  if (!isInstanceName(instance)) {
    throw new UsageError(`--instance: "${instance}" is not the name of an instance: use a-z, 0-9, _ and -`);
  }
  const map = options.map === undefined ? {} : readColumnMap(kind, options.map);
  const rejectedPath = options.rejected ?? (file === '-' ? 'stdin.rejected.csv' : `${file}.rejected.csv`);
  if (file !== '-' && resolve(rejectedPath) === resolve(file)) {
    throw new UsageError('--rejected: this is the file to import');
  }
  await assertFileFits(rejectedPath);
  const { source, fileTime } = await open(file);
  const progress = showProgress();
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  const summary = await importFile(readCollectorConfig(), {
    kind,
    instance,
    source,
    format: options.format ?? formatOf(file),
    map,
    fileTime,
    rejectedPath,
    isDryRun: options.dryRun === true,
    stop: stop.signal,
    onProgress: progress.show,
  }).finally(() => process.off('SIGINT', onInterrupt));
  progress.end(summary);
  const rejectedFile = summary.rejected > 0 ? rejectedPath : null;
  const isDryRun = options.dryRun === true;
  print(shell, options, { kind, instance, file, dryRun: isDryRun, ...summary, rejectedFile }, [
    ...inWords(kind, summary, isDryRun),
    ...(rejectedFile === null ? [] : [`Rejected rows with their reasons: ${rejectedFile}`]),
    ...nextStep(kind, summary, isDryRun),
  ]);
  if (!summary.complete) shell.exitWith(EXIT_FAILED);
}

/** Standard input has no time of its own: now. */
async function open(file: string): Promise<{ source: AsyncIterable<Uint8Array>; fileTime: number }> {
  if (file === '-') return { source: process.stdin, fileTime: Date.now() };
  try {
    const { mtimeMs } = await stat(file);
    const source = createReadStream(file);
    // Reads the first byte too: a folder can be opened.
    await new Promise<void>((done, failed) => source.once('readable', done).once('error', failed));
    return { source, fileTime: Math.floor(mtimeMs) };
  } catch (cause) {
    throw new UsageError(`${file} cannot be read`, { code: 'FILE_UNREADABLE', cause });
  }
}

/** Where rejected rows go is known before the first row is sent. */
async function assertFileFits(path: string): Promise<void> {
  const isFolder = async (name: string): Promise<boolean> =>
    (await stat(name).catch(() => undefined))?.isDirectory() === true;
  if (await isFolder(path)) throw new UsageError(`--rejected: ${path} is a folder`);
  if (!(await isFolder(dirname(resolve(path)))))
    throw new UsageError(`--rejected: the folder ${dirname(path)} does not exist`);
}

function formatOf(file: string): Format {
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

/** Lines on standard error, of an import that takes its time. */
function showProgress(): { show: (summary: ImportSummary) => void; end: (summary: ImportSummary) => void } {
  const startedAt = Date.now();
  let shownAt = startedAt;
  const write = ({ read, rejected }: ImportSummary): void => {
    shownAt = Date.now();
    const seconds = (shownAt - startedAt) / 1_000;
    const speed = Math.round(read / seconds);
    process.stderr.write(`${read} rows read, ${rejected} rejected, ${speed} rows/s, ${Math.round(seconds)} s\n`);
  };
  return {
    show: (summary) => {
      if (Date.now() >= shownAt + PROGRESS_MS) write(summary);
    },
    end: (summary) => {
      if (shownAt > startedAt) write(summary);
    },
  };
}

function inWords(kind: EntityName, summary: ImportSummary, isDryRun: boolean): string[] {
  const reasons = Object.entries(summary.reasons).sort(([, a], [, b]) => b - a);
  const { read, accepted, deleted, rejected } = summary;
  return [
    `${kind}: ${read} rows read, ${accepted} ${isDryRun ? 'fit to import' : 'imported'}, ${deleted} deleted, ${rejected} rejected`,
    ...reasons.map(([reason, count]) => `  ${reason}: ${count}`),
    ...(read === 0 && summary.complete ? ['The file has no row'] : []),
    ...(summary.ignoredColumns.length === 0 ? [] : [`Columns not used: ${summary.ignoredColumns.join(', ')}`]),
    ...(summary.error === undefined
      ? []
      : [`NOT COMPLETE: ${summary.error.reason}: ${[summary.error.message, summary.error.advice].join('. ')}`]),
  ];
}

const nextStep = (kind: EntityName, { accepted }: ImportSummary, isDryRun: boolean): string[] =>
  accepted === 0 || isDryRun
    ? []
    : [
        `Scoring shows them in its table \`${kind}\` within seconds; the next run counts them: npx millrace run lead_score --wait`,
      ];
