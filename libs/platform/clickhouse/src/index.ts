export {
  ClickHouse,
  createClickHouse,
  type CallOptions,
  type ClickHouseConfig,
  type InsertOptions,
  type QueryParams,
  type RowSchema,
} from './clickhouse';
export { clickhouseCodeOf } from './clickhouse.errors';
export { CLICKHOUSE, ClickHouseModule } from './clickhouse.module';
export { loadSql } from './load-sql';
export { checkMigrations } from './migrations/check-migrations';
export { runMigrations, type MigrationResult, type RunMigrationsOptions } from './migrations/run-migrations';
