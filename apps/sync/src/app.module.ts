import { HealthModule } from '@millrace/platform-observability';
import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';

import { closeConnections, CONNECTIONS, type Connections } from './connections/connections';
import { SyncEngine } from './sync-engine';

/** The life of the service: what works ends first, connections close after everything else has stopped. */
@Module({})
export class AppModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    @Inject(SyncEngine) private readonly engine: SyncEngine,
    @Inject(CONNECTIONS) private readonly connections: Connections,
  ) {}

  static with(connections: Connections, engine: SyncEngine): DynamicModule {
    return {
      module: AppModule,
      imports: [HealthModule],
      providers: [
        { provide: CONNECTIONS, useValue: connections },
        { provide: SyncEngine, useValue: engine },
      ],
    };
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.engine.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await closeConnections(this.connections);
  }
}
