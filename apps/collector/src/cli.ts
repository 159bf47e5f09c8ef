import { addDoctorCommand, runProgram } from '@millrace/platform-commands';
import { serviceUrlsOf } from '@millrace/platform-config';

import { readCollectorConfig } from './app.config';
import { addDeployCommand } from './deploy/deploy.command';
import { examine } from './doctor/examine';
import { addImportCommands } from './import/import.command';
import { addKeysCommand } from './write-keys/keys.command';

runProgram(
  'Commands of the collector: accounts, deploy, doctor, keys, people.',
  (program, shell) => {
    addKeysCommand(program, shell);
    addImportCommands(program, shell);
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
