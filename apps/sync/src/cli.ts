import { OUTCOMES } from '@millrace/contract-delivery';
import { describeError, EXIT_DONE, EXIT_FAILED, EXIT_USAGE, exitCodeOf, toJson } from '@millrace/platform-errors';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

import { readSyncConfig } from './app.config';
import { listDeliveries, retryDeliveries } from './commands/deliveries';
import { deploy } from './commands/deploy';
import { examine } from './commands/doctor';
import { planInWords, showPlans } from './commands/show-plan';

const write = (text: string): void => void process.stdout.write(`${text}\n`);
const json = (value: unknown): void => write(JSON.stringify(value));

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 1_000_000) return value;
  throw new InvalidArgumentError('a whole number is expected');
}

interface Json {
  readonly json?: boolean;
}

function createProgram(exitWith: (code: number) => void): Command {
  const program = new Command('sync').description('Commands of sync.').showHelpAfterError().exitOverride();
  const command = (parent: Command, name: string, description: string): Command =>
    parent.command(name).description(description).option('--json', 'print JSON');

  command(
    program,
    'deploy',
    'create the topics of deliveries, run migrations, prepare destinations; safe to repeat',
  ).action(async (options: Json) => {
    const deployed = await deploy(readSyncConfig());
    if (options.json === true) return json(deployed);
    for (const { topic, action } of deployed.topics) write(`topic      ${topic}  ${action}`);
    write(`migrations ${deployed.migrations.applied.join(', ') || 'up to date'}`);
    for (const [name, problem] of Object.entries(deployed.destinations))
      write(`prepared   ${name}  ${problem ?? 'ok'}`);
  });

  command(program, 'doctor', 'check what sync stands on and say what to do').action(async (options: Json) => {
    const findings = await examine(readSyncConfig());
    if (options.json === true) json(findings);
    else {
      for (const { check, ok, detail, advice } of findings) {
        write(`${ok ? 'ok ' : 'NOT'}  ${check}: ${detail}${advice === '' ? '' : `\n     ${advice}`}`);
      }
    }
    exitWith(findings.every(({ ok }) => ok) ? EXIT_DONE : EXIT_FAILED);
  });

  command(program, 'plan', 'what each destination receives from a run, and why the rest does not; sends nothing')
    .option('--run <id>', 'score run; default: the one that is current')
    .option('--destination <name>', 'only this one')
    .option('--samples <count>', 'records shown for each reason', count, 2)
    .action(async (options: Json & { run?: string; destination?: string; samples: number }) => {
      const plans = await showPlans(readSyncConfig(), options);
      if (options.json === true) return json(plans);
      write(plans.length === 0 ? 'No destination takes anything from this run.' : plans.map(planInWords).join('\n\n'));
    });

  const deliveries = program.command('deliveries').description('attempts and outcomes');
  command(deliveries, 'list', 'values sent, newest first, each with its last attempt')
    .option('--destination <name>', 'only this one', '')
    .addOption(new Option('--outcome <outcome>', 'only this one').choices([...OUTCOMES]).default(''))
    .option('--failed', 'only those whose retries are spent', false)
    .option('--limit <count>', 'at most so many', count, 100)
    .action(async (options: Json & { destination: string; outcome: string; failed: boolean; limit: number }) => {
      const rows = await listDeliveries(readSyncConfig(), { ...options, onlyFailed: options.failed });
      if (options.json === true) return json(rows);
      for (const row of rows) {
        const { destination, object, record_id, lane, attempts, outcome, detail } = row as Record<string, string>;
        write(`${destination} ${object} ${record_id}  ${lane}  ${outcome} after ${attempts}  ${detail}`);
      }
    });
  command(deliveries, 'retry', 'queue records whose retries are spent once more, with their newest value')
    .option('--destination <name>', 'only this one', '')
    .action(async (options: Json & { destination: string }) => {
      const retried = await retryDeliveries(readSyncConfig(), options.destination);
      if (options.json === true) return json(retried);
      for (const { destination, failed, requeued } of retried)
        write(`${destination}: ${requeued} of ${failed} queued again`);
    });
  return program;
}

async function main(argv: readonly string[]): Promise<number> {
  let code: number = EXIT_DONE;
  try {
    await createProgram((found) => (code = found)).parseAsync([...argv]);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_DONE : EXIT_USAGE;
    if (argv.includes('--json')) json({ error: toJson(error) });
    process.stderr.write(`${describeError(error)}\n`);
    return exitCodeOf(error);
  }
}

void main(process.argv).then((code) => {
  process.exitCode = code;
});
