import { runProgram } from '@millrace/platform-commands';

import { addCommands } from './program';
import { captureService, runService } from './run-service';

runProgram(
  'Exact, explainable batch signal processing for go-to-market teams.',
  (program, shell) => addCommands(program, shell, { run: runService, capture: captureService }),
  process.argv,
);
