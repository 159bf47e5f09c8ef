import { addDoctorCommand, runProgram } from '@millrace/platform-commands';

import { readCollectorConfig } from './app.config';
import { addDeployCommand } from './deploy/deploy.command';
import { examine } from './doctor/examine';
import { addKeysCommand } from './write-keys/keys.command';

runProgram(
  'Commands of the collector: deploy, doctor, keys.',
  (program, shell) => {
    addKeysCommand(program, shell);
    addDeployCommand(program, shell);
    addDoctorCommand(program, shell, 'the collector', () => examine(readCollectorConfig()));
  },
  process.argv,
);
