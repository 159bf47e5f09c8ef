import { Command } from 'commander';
import { outliveClosedPipes } from '@millrace/platform-commands';
import { describeError, exitCodeOf, MillraceError, millraceVersion } from '@millrace/platform-errors';
import { runExec } from './commands/run-exec';
import { runStack, type StackFlags } from './commands/run-stack';
import { runStart } from './commands/run-start';

/** Commands answer their exit code; what they throw becomes one line. */
const finish = async (work: Promise<number>): Promise<void> => {
  process.exit(
    await work.catch((error: unknown) => {
      // Whoever pressed Ctrl-C during the start needs no explanation.
      const isStopped = error instanceof MillraceError && error.code === 'SHUTTING_DOWN';
      process.stderr.write(isStopped ? 'stopped\n' : `${describeError(error)}\n`);
      return exitCodeOf(error);
    }),
  );
};

outliveClosedPipes();
const program = new Command('local-stack')
  .description('Kafka, schema registry and ClickHouse without Docker')
  .version(millraceVersion(), '--version', 'print the version')
  .enablePositionalOptions();

const withFlags = (command: Command): Command =>
  command
    .option('--json', 'one JSON object on stdout when ready')
    .option('--free-ports', 'any free ports instead of those in the environment')
    .option('--data <directory>', 'keep data and logs there');

withFlags(program.command('stack').description('the stack alone, until Ctrl-C')).action((flags: StackFlags) =>
  finish(runStack(flags)),
);
withFlags(program.command('start').description('the stack and all services, until Ctrl-C')).action(
  (flags: StackFlags) => finish(runStart(flags)),
);
program
  .command('exec')
  .description('a stack on free ports for one command: exec -- npx jest')
  .argument('<command...>')
  .passThroughOptions()
  .action((command: string[]) => finish(runExec(command)));

void program.parseAsync();
