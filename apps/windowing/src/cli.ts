import { describeError, EXIT_DONE, EXIT_USAGE, exitCodeOf, toJson } from '@millrace/platform-errors';
import { Command, CommanderError } from 'commander';

import { addConservationCommand } from './cli/conservation.command';
import { addDeployCommand } from './cli/deploy.command';
import { addDoctorCommand } from './cli/doctor.command';
import type { CommandShell } from './cli/command-shell';
import { addReplayCommand } from './cli/replay.command';
import { addWindowsCommand } from './cli/windows.command';
import { addQuarantineCommand } from './quarantine/quarantine.command';

async function main(argv: readonly string[]): Promise<number> {
  let code: number = EXIT_DONE;
  const shell: CommandShell = {
    write: (text) => void process.stdout.write(text),
    exitWith: (found) => (code = found),
  };
  const program = new Command('windowing')
    .description('Commands of windowing: deploy, doctor, windows, replay, quarantine, conservation.')
    .showHelpAfterError()
    .exitOverride();
  addDeployCommand(program, shell);
  addDoctorCommand(program, shell);
  addWindowsCommand(program, shell);
  addReplayCommand(program, shell);
  addConservationCommand(program, shell);
  addQuarantineCommand(program, shell);
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_DONE : EXIT_USAGE;
    if (argv.includes('--json')) shell.write(`${JSON.stringify({ error: toJson(error) })}\n`);
    process.stderr.write(`${describeError(error)}\n`);
    return exitCodeOf(error);
  }
}

void main(process.argv).then((code) => {
  process.exitCode = code;
});
