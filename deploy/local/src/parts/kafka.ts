import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { sharedClasses, type Java } from '../java';
import { HOST } from '../ports';
import { answersKafka } from './kafka-ready';
import type { Part } from './part';

const run = promisify(execFile);

interface KafkaOptions {
  java: Java;
  /** Where what later starts can use again is kept. */
  cache: string;
  home: string;
  /** Configuration and log segments live here. */
  directory: string;
  port: number;
  controllerPort: number;
  /** Broker settings beside ours, such as an authorizer; the same name replaces ours. */
  settings?: Readonly<Record<string, string>>;
}

const LOG4J = `rootLogger.level = WARN
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %p %m (%c{1})%n%throwable
logger.server.name = kafka.server
logger.server.level = INFO
`;

const properties = ({ directory, port, controllerPort, settings = {} }: KafkaOptions): string =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@${HOST}:${controllerPort}`,
    listeners: `CLIENTS://${HOST}:${port},CONTROLLER://${HOST}:${controllerPort}`,
    'advertised.listeners': `CLIENTS://${HOST}:${port}`,
    'listener.security.protocol.map': 'CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'CLIENTS',
    'log.dirs': join(directory, 'data'),
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'log.index.size.max.bytes': 1024 * 1024,
    'controlled.shutdown.enable': false,
    ...settings,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

export const prepareKafka = (options: KafkaOptions): Part => {
  const { java, cache, home, directory, port } = options;
  const { command } = java;
  const config = join(directory, 'server.properties');
  const log4j = join(directory, 'log4j2.properties');
  const classpath = ['-cp', join(home, 'libs', '*'), `-Dlog4j2.configurationFile=${log4j}`];
  return {
    name: 'kafka',
    title: 'Kafka',
    port,
    command,
    args: [
      ...classpath,
      ...sharedClasses(cache, basename(home), java),
      '-Xms256m',
      '-Xmx1g',
      '-XX:+UseG1GC',
      'kafka.Kafka',
      config,
    ],
    prepare: async () => {
      mkdirSync(directory, { recursive: true });
      writeFileSync(config, properties(options));
      writeFileSync(log4j, LOG4J);
      if (existsSync(join(directory, 'data', 'meta.properties'))) return;
      // A leading minus would be taken for an option.
      const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A');
      const format = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', config];
      const quick = [...sharedClasses(cache, `${basename(home)}-format`, java), '-XX:TieredStopAtLevel=1'];
      await run(command, [...classpath, ...quick, ...format]);
    },
    ready: () => answersKafka(port),
    graceSeconds: 20,
  };
};
