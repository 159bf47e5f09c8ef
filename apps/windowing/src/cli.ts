import { addDoctorCommand, runProgram } from '@millrace/platform-commands';

import { withConnections } from './cli/connect';
import { addConservationCommand } from './cli/conservation.command';
import { addDeployCommand } from './cli/deploy.command';
import { examine } from './cli/examine';
import { addReplayCommand } from './cli/replay.command';
import { addWindowsCommand } from './cli/windows.command';
import { addQuarantineCommand } from './quarantine/quarantine.command';

runProgram(
  'Commands of windowing: deploy, doctor, windows, replay, quarantine, conservation.',
  (program, shell) => {
    addDeployCommand(program, shell);
    addDoctorCommand(program, shell, 'windowing', () => withConnections(examine));
    addWindowsCommand(program, shell);
    addReplayCommand(program, shell);
    addConservationCommand(program, shell);
    addQuarantineCommand(program, shell);
  },
  process.argv,
);
