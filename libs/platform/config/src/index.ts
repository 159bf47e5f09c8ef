export { childEnvironment } from './child-environment';
export { ConfigModule } from './config.module';
export { describeEnvironment, environmentTable, type VariableDescription } from './describe-environment';
export {
  clickhouseConnectionOf,
  clickhouseEnvironment,
  httpServerOf,
  installationVariablesOf,
  kafkaConnectionOf,
  kafkaEnvironment,
  lineageEnvironment,
  serviceEnvironment,
  serviceUrlsOf,
  timeZoneEnvironment,
  verdictEnvironment,
  verdictSettingsOf,
  type ClickHouseConnection,
  type ClickHouseEnvironment,
  type HttpServer,
  type KafkaConnection,
  type KafkaEnvironment,
  type ServiceEnvironment,
} from './fragments';
export { refuseMoved } from './refuse-moved';
export { inspectPart, type InspectedPart, type PartOptions } from './secrets/inspect-part';
export { createRedact, type Redact } from './secrets/redact';
export { parseEnvironment, type Environment } from './parse-environment';
export type { EnvironmentSchema } from './schema-metadata';
export { decimal, flag, integer, list, port, seconds, secret, url } from './variables';
