import { describeError, EXIT_DONE, EXIT_FAILED, MillraceError } from '@millrace/platform-errors';
import type { Command } from 'commander';

import { examineService } from './examine-service';
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

interface DoctorOptions extends JsonOption {
  readonly withoutServices?: boolean;
}

/**
 * `doctor`: looks at everything the service stands on, and at the service where it runs; changes nothing, and fails when
 * something is wrong. `urlsOf`: where its replicas answer.
 */
export function addDoctorCommand(
  program: Command,
  shell: CommandShell,
  service: string,
  examine: () => Promise<readonly Finding[]>,
  urlsOf: () => readonly string[],
): void {
  program
    .command('doctor')
    .description(`check ${service} and what it stands on, and say what to do`)
    .option('--without-services', 'only what it stands on: before services are started')
    .option('--json', 'print one JSON list')
    .action(async (options: DoctorOptions) => {
      const urls = options.withoutServices === true ? [] : urlsOf();
      const [own, ...findings] = await Promise.all([examine(), ...urls.map((url) => examineService(service, url))]);
      const all = [...findings, ...own];
      print(shell, options, all, all.map(inWords));
      shell.exitWith(all.every(({ ok }) => ok) ? EXIT_DONE : EXIT_FAILED);
    });
}

const inWords = ({ check, ok, detail, advice }: Finding): string =>
  `${ok ? 'ok ' : 'NOT'}  ${check}: ${detail}${advice === '' ? '' : `\n     ${advice}`}`;
