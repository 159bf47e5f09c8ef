import { EXIT_DONE, EXIT_FAILED } from '@millrace/platform-errors';
import type { Command } from 'commander';

import { print, type CommandShell, type JsonOption } from './command-shell';
import { examineService } from './examine-service';
import type { Finding } from './findings';

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
