import { HealthModule } from '@millrace/platform-observability';
import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';

import { closeConnections, CONNECTIONS, type Connections } from './connections/connections';
import { LandingService } from './landing/landing.service';
import { RetentionService } from './retention/retention.service';
import { SealingService } from './sealing/sealing.service';

/** The parts of the service; topology.ts says when each begins. Connections close after everything else has stopped. */
@Module({})
export class AppModule implements OnApplicationShutdown {
  constructor(@Inject(CONNECTIONS) private readonly connections: Connections) {}

  static with(connections: Connections): DynamicModule {
    return {
      module: AppModule,
      imports: [HealthModule],
      providers: [{ provide: CONNECTIONS, useValue: connections }, LandingService, SealingService, RetentionService],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await closeConnections(this.connections);
  }
}
