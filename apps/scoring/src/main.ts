import { bootstrapService, runService } from '@millrace/platform-observability';

import { readScoringConfig } from './app.config';
import { AppModule } from './app.module';

runService(() => {
  const config = readScoringConfig();
  return bootstrapService({
    name: 'scoring',
    module: AppModule.forConfig(config),
    port: config.SCORING_PORT,
    host: config.HOST,
    logLevel: config.LOG_LEVEL,
  });
});
