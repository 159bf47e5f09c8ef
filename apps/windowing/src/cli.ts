import { addDoctorCommand, runProgram } from '@millrace/platform-commands';
import { serviceUrlsOf } from '@millrace/platform-config';

import { readWindowingConfig } from './app.config';
import { withConnections } from './commands/with-connections';
import { addConservationCommand } from './commands/conservation.command';
import { addDeployCommand } from './commands/deploy.command';
import { examine } from './commands/doctor';
import { addReplayCommand } from './commands/replay.command';
import { addWindowsCommand } from './commands/windows.command';
import { addInstallationCommand } from './commands/installation.command';
import { addQuarantineCommand } from './commands/quarantine.command';

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
