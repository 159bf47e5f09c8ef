import { ConfigModule } from '@millrace/platform-config';
import { HealthModule } from '@millrace/platform-observability';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';

import { COLLECTOR_CONFIG, type CollectorConfig } from './app.config';
import { IntakeFilter } from './http/intake.filter';
import { BrowserController } from './intake/browser.controller';
import { IntakeController } from './intake/intake.controller';
import { IntakeService } from './intake/intake.service';
import { RateLimitService } from './intake/rate-limit.service';
import { KafkaHealth } from './publish/kafka.health';
import { KAFKA } from './publish/kafka.token';
import { OPEN_TOPICS, PRODUCER, PublisherService } from './publish/publisher.service';
import type { Connections } from './topology';
import { WriteKeysService } from './write-keys/write-keys.service';

@Module({})
export class CollectorModule {
  static with(config: CollectorConfig, { kafka, producer, topics }: Connections): DynamicModule {
    return {
      module: CollectorModule,
      imports: [ConfigModule.forEnvironment(COLLECTOR_CONFIG, config), HealthModule],
      controllers: [BrowserController, IntakeController],
      providers: [
        { provide: KAFKA, useValue: kafka },
        { provide: PRODUCER, useValue: producer },
        { provide: OPEN_TOPICS, useValue: topics },
        { provide: APP_FILTER, useClass: IntakeFilter },
        IntakeService,
        KafkaHealth,
        PublisherService,
        RateLimitService,
        WriteKeysService,
      ],
    };
  }
}
