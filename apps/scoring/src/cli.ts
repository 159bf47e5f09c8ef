import { addSetAsideCommand } from '@millrace/platform-clickhouse';
import { addDoctorCommand, runProgram } from '@millrace/platform-commands';
import { serviceUrlsOf } from '@millrace/platform-config';

import { readScoringConfig } from './app.config';
import { addAckCommand } from './commands/ack.command';
import { addBackfillCommand } from './commands/backfill.command';
import { addDbtSourcesCommand } from './commands/dbt/dbt-sources.command';
import { addDeployCommand } from './commands/deploy.command';
import { examine } from './commands/doctor';
import { addExplainCommand } from './commands/explain.command';
import { addExportCommand } from './commands/export.command';
import { addFiguresCommand } from './commands/figures.command';
import { addModelsCommand } from './commands/models.command';
import { addPeopleCommand } from './commands/people.command';
import { addRunCommand } from './commands/run.command';
import { addScoreCommand } from './commands/score.command';
import { withClickHouse } from './commands/with-clickhouse';
import { RECORD_TABLES } from './entities/entity-rows';

runProgram(
  'Commands of scoring: deploy, doctor, run, backfill, score, explain, export, dbt-sources, figures, people, ack, models, set-aside.',
  (program, shell) => {
    addDeployCommand(program, shell);
    addDoctorCommand(
      program,
      shell,
      'scoring',
      () => examine(readScoringConfig()),
      () => serviceUrlsOf('scoring', readScoringConfig()),
    );
    addRunCommand(program, shell);
    addBackfillCommand(program, shell);
    addScoreCommand(program, shell);
    addExplainCommand(program, shell);
    addExportCommand(program, shell);
    addDbtSourcesCommand(program, shell);
    addFiguresCommand(program, shell);
    addPeopleCommand(program, shell);
    addAckCommand(program, shell);
    addModelsCommand(program, shell);
    addSetAsideCommand(program, shell, { service: 'scoring', tables: RECORD_TABLES, withClickHouse });
  },
  process.argv,
);
