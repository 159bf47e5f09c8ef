import { HealthModule, HealthRegistry } from '@millrace/platform-observability';
import { Module, type OnModuleInit } from '@nestjs/common';

import { InstallationGate } from './installation.gate';

/** What must hold before anything is landed or sealed. Needs WINDOWING_CONFIG and ConnectionsModule. */
@Module({ imports: [HealthModule], providers: [InstallationGate], exports: [InstallationGate] })
export class InstallationModule implements OnModuleInit {
  constructor(
    private readonly gate: InstallationGate,
    private readonly health: HealthRegistry,
  ) {}

  onModuleInit(): void {
    this.gate.addChecks(this.health);
  }
}
