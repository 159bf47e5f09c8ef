import { Command, InvalidArgumentError, Option } from 'commander';

import { runImport, type ImportRun } from './import/run-import';
import { MADE_FILES, type MadeFileName } from './import/write-file';
import { formatTable } from './report/table';

interface Options {
  readonly rows: number;
  readonly only?: MadeFileName;
  readonly node?: string;
  readonly json?: boolean;
}

const HEAD = [
  'file',
  'by',
  'rows',
  'rejected',
  'MB of file',
  'seconds',
  'rows/s',
  'CPU s',
  'CPU us a row',
  'MiB first quarter',
  'MiB last quarter',
  'MiB at most',
];
const files = Object.keys(MADE_FILES) as MadeFileName[];

function rowsOf(text: string): number {
  const rows = Number(text);
  if (Number.isSafeInteger(rows) && rows > 0) return rows;
  throw new InvalidArgumentError('give a whole number above 0');
}

const cellsOf = (run: ImportRun): (string | number)[] => [
  run.file,
  run.by,
  run.rows,
  run.rejected,
  run.megabytes,
  run.seconds,
  run.by === 'again' ? NaN : run.rowsPerSecond,
  run.cpuSeconds,
  run.cpuMicrosPerRow,
  run.firstQuarterMegabytes,
  run.lastQuarterMegabytes,
  run.mostMegabytes,
];

async function main(): Promise<void> {
  const { rows, only, node, json } = new Command('bench import')
    .description('Files of intent and of people through the real command into a real Kafka, beside csv-parse alone.')
    .option('--rows <n>', 'rows of each file', rowsOf, 1_000_000)
    .addOption(new Option('--only <file>', 'one of the files').choices(files))
    .option('--node <arguments>', 'arguments for the command’s node, such as --cpu-prof')
    .option('--json', 'print one JSON list')
    .parse()
    .opts<Options>();
  const runs = await runImport(
    {
      rows,
      files: only === undefined ? files : [only],
      nodeArguments: (node ?? '').split(' ').filter(Boolean),
    },
    (line) => void process.stderr.write(`${line}\n`),
  );
  console.log(json === true ? JSON.stringify(runs) : formatTable(HEAD, runs.map(cellsOf)));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
