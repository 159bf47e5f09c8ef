import { ConfigModule } from '@millrace/platform-config';
import { HealthModule } from '@millrace/platform-observability';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';

import { COLLECTOR_CONFIG } from './app.config';
import { CONNECTIONS, type Connections } from './connections/connections';
import { IntakeFilter } from './http/intake.filter';
import { INSTANCES, type Instance } from './instances/load-instances';
import { KafkaHealth } from './publish/kafka.health';
import { PollService } from './poll/poll.service';
import { PublisherService } from './publish/publisher.service';
import { WriteKeysService } from './write-keys/write-keys.service';

/** The service as its topology says, with its configuration provided. */
@Module({})
export class AppModule {
  static with(connections: Connections, instances: readonly Instance[]): DynamicModule {
    return {
      module: AppModule,
      imports: [ConfigModule.forEnvironment(COLLECTOR_CONFIG, connections.config), HealthModule],
      providers: [
        { provide: CONNECTIONS, useValue: connections },
        { provide: INSTANCES, useValue: instances },
        { provide: APP_FILTER, useClass: IntakeFilter },
        KafkaHealth,
        PollService,
        PublisherService,
        WriteKeysService,
      ],
    };
  }
}
