import { describeError, EXIT_DONE, EXIT_USAGE, exitCodeOf, toJson } from '@millrace/platform-errors';
import { Command, CommanderError } from 'commander';

import { addDeployCommand } from './deploy/deploy.command';
import { addDoctorCommand } from './doctor/doctor.command';
import { addKeysCommand } from './write-keys/keys.command';

async function main(argv: readonly string[]): Promise<number> {
  let code: number = EXIT_DONE;
  const write = (text: string): void => void process.stdout.write(text);
  const program = new Command('collector')
    .description('Commands of the collector.')
    .showHelpAfterError()
    .exitOverride();
  addKeysCommand(program, write);
  addDeployCommand(program, write);
  addDoctorCommand(program, write, (found) => (code = found));
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_DONE : EXIT_USAGE;
    if (argv.includes('--json')) write(`${JSON.stringify({ error: toJson(error) })}\n`);
    process.stderr.write(`${describeError(error)}\n`);
    return exitCodeOf(error);
  }
}

void main(process.argv).then((code) => {
  process.exitCode = code;
});
