import { addDoctorCommand, runProgram } from '@millrace/platform-commands';
import { serviceUrlsOf } from '@millrace/platform-config';

import { readCollectorConfig } from './app.config';
import { addDeployCommand } from './commands/deploy.command';
import { examine } from './commands/doctor';
import { addImportCommand } from './commands/import.command';
import { addKeysCommand } from './commands/keys.command';
import { addSourcesCommand } from './commands/sources.command';

runProgram(
  'Commands of the collector: deploy, doctor, import, keys, sources.',
  (program, shell) => {
    addKeysCommand(program, shell);
    addSourcesCommand(program, shell);
    addImportCommand(program, shell);
    addDeployCommand(program, shell);
    addDoctorCommand(
      program,
      shell,
      'collector',
      () => examine(readCollectorConfig()),
      () => serviceUrlsOf('collector', readCollectorConfig()),
    );
  },
  process.argv,
);
