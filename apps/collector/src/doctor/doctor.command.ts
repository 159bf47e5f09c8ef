import { EXIT_DONE, EXIT_FAILED } from '@millrace/platform-errors';
import type { Command } from 'commander';

import { readCollectorConfig } from '../app.config';
import { examine } from './examine';

export function addDoctorCommand(
  program: Command,
  write: (text: string) => void,
  exitWith: (code: number) => void,
): void {
  program
    .command('doctor')
    .description('check what the collector stands on and say what to do')
    .option('--json', 'print one JSON list')
    .action(async (options: { json?: boolean }) => {
      const findings = await examine(readCollectorConfig());
      if (options.json === true) write(`${JSON.stringify(findings)}\n`);
      else {
        for (const { check, ok, detail, advice } of findings) {
          write(`${ok ? 'ok ' : 'NOT'}  ${check}: ${detail}${advice === '' ? '' : `\n     ${advice}`}\n`);
        }
      }
      exitWith(findings.every((finding) => finding.ok) ? EXIT_DONE : EXIT_FAILED);
    });
}
