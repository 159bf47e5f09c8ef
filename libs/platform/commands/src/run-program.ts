import { describeError, EXIT_DONE, exitCodeOf, millraceVersion, toJson, UsageError } from '@millrace/platform-errors';
import { Command, CommanderError } from 'commander';

import { outliveClosedPipes } from './closed-pipes';
import type { CommandShell } from './command-shell';

/** Adds a program's commands, each of which answers through the shell. */
export type AddCommands = (program: Command, shell: CommandShell) => void;

/**
 * Runs a command line to its end and returns the exit code: 0 done, 1 failed, 2 what was typed is not valid; others where a
 * command documents them.
 * A failure is one line on standard error, and with --json one object on standard output too.
 * Every program is named as people call it, although each service brings its own part of it.
 */
export async function executeProgram(
  description: string,
  addCommands: AddCommands,
  argv: readonly string[],
  write: (text: string) => void,
): Promise<number> {
  let code: number = EXIT_DONE;
  // Before the commands are added: they inherit how errors are shown.
  const program = new Command('millrace').description(description).showHelpAfterError().exitOverride();
  program.version(millraceVersion(), '--version', 'print the version').configureOutput({ writeOut: write });
  addCommands(program, { write, exitWith: (found) => (code = found) });
  try {
    await program.parseAsync([...argv]);
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT_DONE;
    const isSaid = error instanceof CommanderError;
    const found = isSaid ? new UsageError(error.message.replace(/^error: /, '')) : error;
    if (argv.includes('--json')) write(`${JSON.stringify({ error: toJson(found) })}\n`);
    if (!isSaid) process.stderr.write(`${describeError(found)}\n`);
    // A command may have said with what its failure ends.
    return code === EXIT_DONE ? exitCodeOf(found) : code;
  }
}

/** The main function of a `cli.ts`. The exit code is set and not enforced, so that a pipe gets all of the output. */
export function runProgram(description: string, addCommands: AddCommands, argv: readonly string[]): void {
  outliveClosedPipes();
  void executeProgram(description, addCommands, argv, (text) => void process.stdout.write(text)).then((code) => {
    process.exitCode = code;
  });
}
