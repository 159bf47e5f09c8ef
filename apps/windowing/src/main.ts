import { bootstrapService, runService } from '@millrace/platform-observability';

import { readWindowingConfig } from './app.config';
import { AppModule } from './app.module';

runService(() => {
  const config = readWindowingConfig();
  return bootstrapService({
    name: 'windowing',
    module: AppModule.forConfig(config),
    port: config.WINDOWING_PORT,
    host: config.HOST,
    logLevel: config.LOG_LEVEL,
  });
});
