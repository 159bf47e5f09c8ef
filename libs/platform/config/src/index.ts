export { childEnvironment } from './child-environment';
export { ConfigModule } from './config.module';
export { describeEnvironment, environmentTable, type VariableDescription } from './describe-environment';
export {
  clickhouseConnectionOf,
  clickhouseEnvironment,
  kafkaConnectionOf,
  kafkaEnvironment,
  logEnvironment,
  serviceEnvironment,
  type ClickHouseConnection,
  type ClickHouseEnvironment,
  type KafkaConnection,
  type KafkaEnvironment,
  type LogEnvironment,
} from './fragments';
export { parseEnvironment, type Environment } from './parse-environment';
export type { EnvironmentSchema } from './schema-metadata';
export { decimal, flag, integer, list, port, seconds, secret, timeZone, url } from './variables';
