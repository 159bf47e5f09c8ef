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
export { loadSql } from './load-sql';
export { checkMigrations } from './migrations/check-migrations';
export { expandTopology, type Macros } from './migrations/migration-sql';
export { runMigrations, type MigrationResult, type RunMigrationsDeps } from './migrations/run-migrations';
export { isRefusal, reasonOf } from './set-aside/refusals';
export { separateRefused, type Refused } from './set-aside/separate-refused';
export { addSetAsideCommand } from './set-aside/set-aside.command';
export { SettingAside, type RecordTable } from './set-aside/setting-aside';
export type { Origin } from './set-aside/set-aside-row';
export { asInstant, asUnsigned, isStorableInstant } from './set-aside/storable';
export { examineSetAside, noteSetAside } from './set-aside/watch-set-aside';
export { TableTrust } from './set-aside/table-trust';
