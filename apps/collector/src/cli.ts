import { addDoctorCommand, runProgram } from '@millrace/platform-commands';
import { serviceUrlsOf } from '@millrace/platform-config';

import { readCollectorConfig } from './app.config';
import { addDeployCommand } from './deploy/deploy.command';
import { examine } from './doctor/examine';
import { addKeysCommand } from './write-keys/keys.command';

runProgram(
  'Commands of the collector: deploy, doctor, keys.',
  (program, shell) => {
    addKeysCommand(program, shell);
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
