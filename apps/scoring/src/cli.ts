import { addDoctorCommand, runProgram } from '@millrace/platform-commands';

import { readScoringConfig } from './app.config';
import { addDeployCommand } from './commands/deploy.command';
import { doctor } from './commands/doctor';
import { addExplainCommand } from './commands/explain.command';
import { addModelsCommand } from './commands/models.command';
import { addRunCommand } from './commands/run.command';
import { addScoreCommand } from './commands/score.command';

runProgram(
  'Commands of scoring: deploy, doctor, run, score, explain, models.',
  (program, shell) => {
    addDeployCommand(program, shell);
    addDoctorCommand(program, shell, 'scoring', () => doctor(readScoringConfig()));
    addRunCommand(program, shell);
    addScoreCommand(program, shell);
    addExplainCommand(program, shell);
    addModelsCommand(program, shell);
  },
  process.argv,
);
