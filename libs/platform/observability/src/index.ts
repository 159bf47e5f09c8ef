export { FailureWatch } from './health/failure-watch';
export { HealthModule } from './health/health.module';
export {
  HealthRegistry,
  type CheckReport,
  type HealthCheck,
  type HealthNote,
  type HealthReport,
} from './health/health-registry';
export { createLogger, nestLoggerParams, type CreateLoggerOptions, type LogLevel } from './logger';
export { collectProcessMetrics, createCounter, createGauge, createHistogram, metricsRegistry } from './metrics';
export { bootstrapService, runService, type RunningService, type ServiceOptions } from './service/bootstrap-service';
export type { Startup } from './service/startup';
export { onceHeld } from './health/once-held';
export { plainLines } from './plain-lines';
