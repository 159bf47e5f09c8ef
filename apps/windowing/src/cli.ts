import { addDoctorCommand, runProgram } from '@millrace/platform-commands';
import { serviceUrlsOf } from '@millrace/platform-config';

import { readWindowingConfig } from './app.config';
import { withConnections } from './cli/connect';
import { addConservationCommand } from './cli/conservation.command';
import { addDeployCommand } from './cli/deploy.command';
import { examine } from './cli/examine';
import { addReplayCommand } from './cli/replay.command';
import { addWindowsCommand } from './cli/windows.command';
import { addInstallationCommand } from './installation/installation.command';
import { addQuarantineCommand } from './quarantine/quarantine.command';

runProgram(
  'Commands of windowing: deploy, doctor, windows, replay, quarantine, conservation, installation.',
  (program, shell) => {
    addDeployCommand(program, shell);
    addDoctorCommand(
      program,
      shell,
      'windowing',
      () => withConnections(examine, { mayDiffer: true }),
      () => serviceUrlsOf('windowing', readWindowingConfig()),
    );
    addWindowsCommand(program, shell);
    addReplayCommand(program, shell);
    addConservationCommand(program, shell);
    addQuarantineCommand(program, shell);
    addInstallationCommand(program, shell);
  },
  process.argv,
);
