import { HealthModule, HealthRegistry } from '@millrace/platform-observability';
import { Module, type OnModuleInit } from '@nestjs/common';

import { InstallationModule } from '../installation/installation.module';
import { LandingService } from './landing.service';

/** Reads signals.* into ClickHouse. Needs WINDOWING_CONFIG and ConnectionsModule. */
@Module({ imports: [HealthModule, InstallationModule], providers: [LandingService] })
export class LandingModule implements OnModuleInit {
  constructor(
    private readonly landing: LandingService,
    private readonly health: HealthRegistry,
  ) {}

  onModuleInit(): void {
    this.landing.addChecks(this.health);
  }
}
