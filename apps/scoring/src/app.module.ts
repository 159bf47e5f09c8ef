import { ConfigModule } from '@millrace/platform-config';
import { HealthModule } from '@millrace/platform-observability';
import { Module, type DynamicModule } from '@nestjs/common';

import { SCORING_CONFIG, type ScoringConfig } from './app.config';
import { ScoringService } from './scoring.service';

/** The service as its topology says, with its configuration provided. */
@Module({})
export class AppModule {
  static forConfig(config: ScoringConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [ConfigModule.forEnvironment(SCORING_CONFIG, config), HealthModule],
      providers: [ScoringService],
    };
  }
}
