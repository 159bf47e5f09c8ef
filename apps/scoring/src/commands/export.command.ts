import { print, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import type { Command } from 'commander';

import { exportView } from './export-view';
import { withClickHouse } from './with-clickhouse';

/** All of the result is there before the first byte comes, which takes long for the largest tables. */
const TIMEOUT_MS = 6 * 3_600_000;
const STEP_BYTES = 16 * 1024 * 1024;

export function addExportCommand(program: Command, shell: CommandShell): void {
  program
    .command('export <view>')
    .description('write a view or a table of the data model to a Parquet file')
    .requiredOption('--out <file>', 'the file; it is there once it is complete')
    .option('--force', 'replace the file if it exists')
    .option('--json', 'print one JSON object')
    .action(async (view: string, options: JsonOption & { out: string; force?: boolean }) => {
      const exported = await withClickHouse(
        (clickhouse) =>
          exportView(clickhouse, {
            view,
            file: options.out,
            isForced: options.force === true,
            onProgress: reportEvery(STEP_BYTES),
          }),
        { timeoutMs: TIMEOUT_MS },
      );
      const { file, rows, bytes } = exported;
      print(shell, options, exported, [`${file}: ${rows} rows of ${view}, ${inMegabytes(bytes)} MB`]);
    });
}

const inMegabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);

/** A line on standard error each time that so much more is written. */
const reportEvery = (step: number): ((bytes: number) => void) => {
  let next = step;
  return (bytes) => {
    if (bytes < next) return;
    next = bytes + step;
    process.stderr.write(`${inMegabytes(bytes)} MB written\n`);
  };
};
