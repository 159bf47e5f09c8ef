import { describeError, EXIT_DONE, EXIT_FAILED, MillraceError } from '@millrace/platform-errors';
import type { Command } from 'commander';

import { print, type CommandShell, type JsonOption } from './command-shell';

/** What a doctor saw at one place. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do; empty when all is well. */
  readonly advice: string;
}

export type Look = Omit<Finding, 'check'>;

export const fine = (detail: string): Look => ({ ok: true, detail, advice: '' });
export const wrong = (detail: string, advice: string): Look => ({ ok: false, detail, advice });

/** Looks at one place. What is thrown is a finding too; its own advice goes before `otherwise`. */
export async function examinePlace(
  check: string,
  look: () => Look | Promise<Look>,
  otherwise: string = '',
): Promise<Finding> {
  try {
    return { check, ...(await look()) };
  } catch (error) {
    return { check, ...wrong(describeError(error, { withAdvice: false }), adviceOf(error) ?? otherwise) };
  }
}

const adviceOf = (error: unknown): string | undefined => (error instanceof MillraceError ? error.advice : undefined);

/** `doctor`: looks at everything the service stands on, changes nothing, and fails when something is wrong. */
export function addDoctorCommand(
  program: Command,
  shell: CommandShell,
  service: string,
  examine: () => Promise<readonly Finding[]>,
): void {
  program
    .command('doctor')
    .description(`check what ${service} stands on and say what to do`)
    .option('--json', 'print one JSON list')
    .action(async (options: JsonOption) => {
      const findings = await examine();
      print(shell, options, findings, findings.map(inWords));
      shell.exitWith(findings.every(({ ok }) => ok) ? EXIT_DONE : EXIT_FAILED);
    });
}

const inWords = ({ check, ok, detail, advice }: Finding): string =>
  `${ok ? 'ok ' : 'NOT'}  ${check}: ${detail}${advice === '' ? '' : `\n     ${advice}`}`;
