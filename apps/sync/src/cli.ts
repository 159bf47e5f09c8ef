import { addSetAsideCommand } from '@millrace/platform-clickhouse';
import { addDoctorCommand, runProgram } from '@millrace/platform-commands';
import { serviceUrlsOf } from '@millrace/platform-config';

import { readSyncConfig } from './app.config';
import { addDeliveriesCommand } from './commands/deliveries.command';
import { addDeployCommand } from './commands/deploy.command';
import { examine } from './commands/doctor';
import { addPlanCommand } from './commands/plan.command';
import { addReceiveCommand } from './commands/receive.command';
import { withClickHouse } from './commands/with-clickhouse';
import { RECORD_TABLES } from './stored/record-tables';

runProgram(
  'Commands of sync: deploy, doctor, plan, deliveries, set-aside, receive.',
  (program, shell) => {
    addDeployCommand(program, shell);
    addDoctorCommand(
      program,
      shell,
      'sync',
      () => examine(readSyncConfig()),
      () => serviceUrlsOf('sync', readSyncConfig()),
    );
    addPlanCommand(program, shell);
    addSetAsideCommand(program, shell, { service: 'sync', tables: RECORD_TABLES, withClickHouse });
    addReceiveCommand(program, shell);
    addDeliveriesCommand(program, shell);
  },
  process.argv,
);
