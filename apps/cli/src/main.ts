import { CommanderError } from 'commander';

import { describeError, EXIT_DONE, EXIT_USAGE, exitCodeOf } from '@millrace/platform-errors';

import { createProgram } from './program';
import { captureService, runService } from './run-service';

async function main(): Promise<number> {
  const { program, exitCode } = createProgram(
    { run: runService, capture: captureService },
    (text) => void process.stdout.write(text),
  );
  try {
    await program.parseAsync();
    return exitCode();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_DONE : EXIT_USAGE;
    process.stderr.write(`${describeError(error)}\n`);
    return exitCodeOf(error);
  }
}

void main().then((code) => {
  process.exitCode = code;
});
