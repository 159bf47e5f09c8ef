import { Command } from 'commander';

import { round } from './report/figures';
import { formatTable } from './report/table';
import { runRiver } from './river/run-river';

interface Options {
  readonly signals: string;
  readonly days: string;
  readonly people: string;
  readonly accounts: string;
  readonly partitions: string;
  readonly json?: boolean;
}

async function main(): Promise<void> {
  const options = new Command('bench river')
    .description('Signals in Kafka to scores delivered, through all processes on the real stack.')
    .option('--signals <n>', 'signals produced', '200000')
    .option('--days <n>', 'days that they are spread over', '5')
    .option('--people <n>', 'people known to the CRM', '20000')
    .option('--accounts <n>', 'accounts known to the CRM', '2000')
    .option('--partitions <n>', 'partitions of the topic', '4')
    .option('--json', 'print one JSON object')
    .parse()
    .opts<Options>();
  const report = await runRiver(
    {
      signals: Number(options.signals),
      days: Number(options.days),
      people: Number(options.people),
      accounts: Number(options.accounts),
      partitions: Number(options.partitions),
    },
    (line) => void process.stderr.write(`${line}\n`),
  );
  const { stages, usage, ...counts } = report;
  const signalsPerSecond = Math.round(report.signals / usage.seconds);
  if (options.json === true) {
    console.log(JSON.stringify({ ...report, signalsPerSecond }));
    return;
  }
  console.log(
    formatTable(
      ['stage', 'seconds', 'at'],
      stages.map(({ name, seconds, at }) => [name, round(seconds, 1), round(at, 1)]),
    ),
  );
  console.log(
    `\n${signalsPerSecond} signals/s from the first produced to the last delivered; ${JSON.stringify(counts)}\n`,
  );
  console.log(
    formatTable(
      ['process', 'CPU s', 'MiB at most'],
      Object.entries(usage.cpuSeconds).map(([name, cpu]) => [name, round(cpu, 1), usage.peakMegabytes[name] ?? NaN]),
    ),
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
