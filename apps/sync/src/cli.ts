import { OUTCOMES } from '@millrace/contract-delivery';
import { addSetAsideCommand, type ClickHouse } from '@millrace/platform-clickhouse';
import {
  addDoctorCommand,
  listing,
  print,
  runProgram,
  wholeNumber,
  type CommandShell,
  type JsonOption,
} from '@millrace/platform-commands';
import { serviceUrlsOf } from '@millrace/platform-config';
import { type Command, Option } from 'commander';

import { readSyncConfig } from './app.config';
import { listDeliveries, retryDeliveries } from './commands/deliveries';
import { deliveriesInWords } from './commands/deliveries-in-words';
import { deploy } from './commands/deploy';
import { examine } from './commands/doctor';
import { addReceiveCommand } from './receive/receive.command';
import { planInWords, showPlans } from './commands/show-plan';
import { RECORD_TABLES } from './stored/record-tables';
import { createSyncClickHouse } from './topology';

const MOST_ROWS = 10_000;

async function withClickHouse<Result>(work: (clickhouse: ClickHouse) => Promise<Result>): Promise<Result> {
  const clickhouse = createSyncClickHouse(readSyncConfig());
  try {
    return await work(clickhouse);
  } finally {
    await clickhouse.close();
  }
}

function addCommands(program: Command, shell: CommandShell): void {
  const command = (parent: Command, name: string, description: string): Command =>
    parent.command(name).description(description).option('--json', 'print JSON');

  command(
    program,
    'deploy',
    'create the topics of deliveries, run migrations, prepare destinations; safe to repeat',
  ).action(async (options: JsonOption) => {
    const deployed = await deploy(readSyncConfig());
    print(shell, options, deployed, [
      ...deployed.topics.map(({ topic, action }) => `topic      ${topic}  ${action}`),
      `migrations ${deployed.migrations.applied.join(', ') || 'up to date'}`,
      ...Object.entries(deployed.destinations).map(([name, problem]) => `prepared   ${name}  ${problem ?? 'ok'}`),
    ]);
  });

  addDoctorCommand(
    program,
    shell,
    'sync',
    () => examine(readSyncConfig()),
    () => serviceUrlsOf('sync', readSyncConfig()),
  );

  command(program, 'plan', 'what each destination receives from a run, and why the rest does not; sends nothing')
    .option('--run <id>', 'score run; default: the one that is current')
    .option('--destination <name>', 'only this one')
    .option('--samples <count>', 'records shown for each reason, 0 to 100', wholeNumber({ min: 0, max: 100 }), 2)
    .action(async (options: JsonOption & { run?: string; destination?: string; samples: number }) => {
      const plans = await showPlans(readSyncConfig(), options);
      const words = plans.map(planInWords).join('\n\n') || 'No destination takes anything from this run.';
      print(shell, options, plans, [words]);
    });

  addSetAsideCommand(program, shell, { service: 'sync', tables: RECORD_TABLES, withClickHouse });
  addReceiveCommand(program, shell);

  const deliveries = program.command('deliveries').description('attempts and outcomes');
  command(deliveries, 'list', 'values sent, newest first, each with its last attempt')
    .option('--destination <name>', 'only this one', '')
    .addOption(new Option('--outcome <outcome>', 'only this one').choices([...OUTCOMES]).default(''))
    .option('--failed', 'only those whose retries are spent', false)
    .option('--limit <count>', `at most so many, 1 to ${MOST_ROWS}`, wholeNumber({ min: 1, max: MOST_ROWS }), 100)
    .action(async (options: JsonOption & { destination: string; outcome: string; failed: boolean; limit: number }) => {
      const rows = await listDeliveries(readSyncConfig(), { ...options, onlyFailed: options.failed });
      const isNarrowed = options.destination !== '' || options.outcome !== '' || options.failed;
      print(shell, options, rows, deliveriesInWords(rows, isNarrowed));
    });
  command(deliveries, 'retry', 'queue records whose retries are spent once more, with their newest value')
    .option('--destination <name>', 'only this one', '')
    .action(async (options: JsonOption & { destination: string }) => {
      const retried = await retryDeliveries(readSyncConfig(), options.destination);
      const cells = retried.map(({ destination, failed, requeued }) => [destination, failed, requeued]);
      print(shell, options, retried, listing(['destination', 'failed', 'queued again'], cells, 'no such destination'));
    });
}

runProgram('Commands of sync: deploy, doctor, plan, deliveries, set-aside, receive.', addCommands, process.argv);
