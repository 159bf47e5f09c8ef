import { ConfigModule } from '@millrace/platform-config';
import { Module, type DynamicModule } from '@nestjs/common';

import { WINDOWING_CONFIG, type WindowingConfig } from './app.config';
import { topology } from './topology';

/** The service as its topology says, with its configuration provided. */
@Module({})
export class AppModule {
  static forConfig(config: WindowingConfig): DynamicModule {
    return { module: AppModule, imports: [ConfigModule.forEnvironment(WINDOWING_CONFIG, config), ...topology] };
  }
}
