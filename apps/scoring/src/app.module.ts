import { HealthModule } from '@millrace/platform-observability';
import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';

import { closeConnections } from './connections/connections';
import type { Scoring } from './scoring';

const SCORING = Symbol('SCORING');

/** The life of the service: what works ends first, connections close after everything else has stopped. */
@Module({})
export class AppModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(@Inject(SCORING) private readonly scoring: Scoring) {}

  static with(scoring: Scoring): DynamicModule {
    return { module: AppModule, imports: [HealthModule], providers: [{ provide: SCORING, useValue: scoring }] };
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.scoring.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await closeConnections(this.scoring.connections);
  }
}
