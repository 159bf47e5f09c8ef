import { HealthModule, HealthRegistry } from '@millrace/platform-observability';
import { Module, type OnModuleInit } from '@nestjs/common';

import { LandingModule } from '../landing/landing.module';
import { SealingService } from './sealing.service';

/** Seals what is landed. Needs WINDOWING_CONFIG, ConnectionsModule, and RELAND_OFFSETS of the landing module. */
@Module({ imports: [HealthModule, LandingModule], providers: [SealingService] })
export class SealingModule implements OnModuleInit {
  constructor(
    private readonly sealing: SealingService,
    private readonly health: HealthRegistry,
  ) {}

  onModuleInit(): void {
    this.sealing.addChecks(this.health);
  }
}
