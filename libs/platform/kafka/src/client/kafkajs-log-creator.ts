import { logLevel, type LogEntry, type logCreator } from 'kafkajs';
import type { KafkaLog } from './kafka-log';

/** What kafkajs calls a warning or an error although it is how a consumer group works every day. */
const NORMAL_OPERATION = [
  'group is rebalancing',
  'is rebalancing, so a rejoin is needed',
  'Rebalance in progress',
  'coordinator is not aware of this member',
  'resync group',
  'does not host this topic-partition',
  'Limiting retries for the idempotent producer',
  'need a valid member id',
  'coordinator is loading',
  'coordinator is not available',
];

/** Each attempt to connect; whoever made it says what came of it. */
const ATTEMPTS = new Set(['Connection', 'BrokerPool']);

/** Routes kafkajs' log lines to ours: its chatter becomes debug, its normal operation is not an alarm. */
export function createKafkajsLogCreator(log: KafkaLog): logCreator {
  return () =>
    ({ namespace, level, log: content }: LogEntry) => {
      const { message, timestamp: _timestamp, logger: _logger, ...fields } = content;
      const line = `kafkajs ${namespace}: ${message}`;
      const isNormal = NORMAL_OPERATION.some((text) => `${message} ${String(fields['error'] ?? '')}`.includes(text));
      if (level >= logLevel.INFO || isNormal || ATTEMPTS.has(namespace)) log.debug(fields, line);
      else if (level === logLevel.WARN) log.warn(fields, line);
      else log.error(fields, line);
    };
}
