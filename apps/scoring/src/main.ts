import { httpServerOf } from '@millrace/platform-config';
import { bootstrapService, runService } from '@millrace/platform-observability';

import { readScoringConfig } from './app.config';
import { AppModule } from './app.module';

runService(() => {
  const config = readScoringConfig();
  return bootstrapService({ ...httpServerOf('scoring', config), module: AppModule.forConfig(config) });
});
