import { CLICKHOUSE, type ClickHouse } from '@millrace/platform-clickhouse';
import type { KafkaClient, KafkaLog, SchemaRegistryCodec } from '@millrace/platform-kafka';
import { HealthModule, HealthRegistry } from '@millrace/platform-observability';
import { Module, type OnModuleInit } from '@nestjs/common';

import { WINDOWING_CONFIG, type WindowingConfig } from '../app.config';
import { KAFKA, LOG, SCHEMAS } from '../connections/connections.module';
import { InstallationModule } from '../installation/installation.module';
import { createReland } from '../reland/create-reland';
import { RELAND_OFFSETS, SealingService } from './sealing.service';

/** Seals what is landed. Needs WINDOWING_CONFIG and ConnectionsModule. */
@Module({
  imports: [HealthModule, InstallationModule],
  providers: [
    {
      provide: RELAND_OFFSETS,
      inject: [WINDOWING_CONFIG, KAFKA, CLICKHOUSE, SCHEMAS, LOG],
      useFactory: (
        config: WindowingConfig,
        kafka: KafkaClient,
        clickhouse: ClickHouse,
        schemas: SchemaRegistryCodec,
        log: KafkaLog,
      ) => createReland(config, { kafka, clickhouse, schemas, log }),
    },
    SealingService,
  ],
})
export class SealingModule implements OnModuleInit {
  constructor(
    private readonly sealing: SealingService,
    private readonly health: HealthRegistry,
  ) {}

  onModuleInit(): void {
    this.sealing.addChecks(this.health);
  }
}
