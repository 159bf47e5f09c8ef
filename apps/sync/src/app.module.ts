import { noteSetAside } from '@millrace/platform-clickhouse';
import { ConfigModule } from '@millrace/platform-config';
import { HealthModule, HealthRegistry } from '@millrace/platform-observability';
import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
} from '@nestjs/common';

import { SYNC_CONFIG, type SyncConfig } from './app.config';
import { closeConnections, type Connections } from './connections/connections';
import { SyncEngine } from './sync-engine';

const CONNECTIONS = Symbol('CONNECTIONS');

/** Starts and stops the engine with the application; connections close after it. */
@Module({})
export class SyncModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    @Inject(SyncEngine) private readonly engine: SyncEngine,
    @Inject(CONNECTIONS) private readonly connections: Connections,
    @Inject(HealthRegistry) health: HealthRegistry,
  ) {
    health.addReadiness('consumers', () => engine.assertReady());
    health.addReadiness('people and accounts', () => engine.assertEntitiesKnown());
    health.addReadiness('progress', () => engine.assertProgress());
    noteSetAside(health, connections.clickhouse, 'sync');
    health.addReadiness('clickhouse', () => connections.clickhouse.ping());
  }

  static with(config: SyncConfig, connections: Connections, engine: SyncEngine): DynamicModule {
    return {
      module: SyncModule,
      imports: [ConfigModule.forEnvironment(SYNC_CONFIG, config), HealthModule],
      providers: [
        { provide: CONNECTIONS, useValue: connections },
        { provide: SyncEngine, useValue: engine },
      ],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.engine.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.engine.stop();
    await closeConnections(this.connections);
  }
}
