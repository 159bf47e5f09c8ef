import { httpServerOf } from '@millrace/platform-config';
import { bootstrapService, runService } from '@millrace/platform-observability';

import { readWindowingConfig } from './app.config';
import { AppModule } from './app.module';

runService(() => {
  const config = readWindowingConfig();
  return bootstrapService({ ...httpServerOf('windowing', config), module: AppModule.forConfig(config) });
});
