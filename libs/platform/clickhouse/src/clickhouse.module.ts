import { ConfigurableModuleBuilder, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { ClickHouse, createClickHouse, type ClickHouseConfig } from './clickhouse';

/** Injects the service's ClickHouse: `constructor(@Inject(CLICKHOUSE) private readonly clickhouse: ClickHouse)`. */
export const CLICKHOUSE = Symbol('CLICKHOUSE');

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<ClickHouseConfig>()
  .setExtras({ isGlobal: false }, (definition, extras) => ({ ...definition, global: extras.isGlobal }))
  .build();

/** Provides CLICKHOUSE and closes its connections after everything else has stopped. */
@Module({
  providers: [
    {
      provide: CLICKHOUSE,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (config: ClickHouseConfig) => createClickHouse(config),
    },
  ],
  exports: [CLICKHOUSE],
})
export class ClickHouseModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(@Inject(CLICKHOUSE) private readonly clickhouse: ClickHouse) {
    super();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.clickhouse.close();
  }
}
