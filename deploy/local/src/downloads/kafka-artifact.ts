import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Artifact } from './artifact';

const KAFKA_VERSION = '4.3.1';
const LOG4J_VERSION = '2.25.3';

const dependency = (group: string, name: string, version: string): string =>
  `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>millrace</groupId><artifactId>local-kafka</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    ${dependency('org.apache.kafka', 'kafka_2.13', KAFKA_VERSION)}
    ${dependency('org.apache.kafka', 'kafka-tools', KAFKA_VERSION)}
    ${dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', LOG4J_VERSION)}
    ${dependency('org.apache.logging.log4j', 'log4j-core', LOG4J_VERSION)}
  </dependencies>
</project>
`;

export const KAFKA: Artifact = {
  name: `kafka-${KAFKA_VERSION}`,
  title: `Apache Kafka ${KAFKA_VERSION}`,
  downloadMegabytes: 54,
  diskMegabytes: 54,
  requiredFiles: [
    `libs/kafka_2.13-${KAFKA_VERSION}.jar`,
    `libs/kafka-tools-${KAFKA_VERSION}.jar`,
    `libs/log4j-core-${LOG4J_VERSION}.jar`,
  ],
  leastFiles: 80,
  leastBytes: 50e6,
  fetch: async (target, { mvn }) => {
    const pom = join(target, 'pom.xml');
    writeFileSync(pom, POM);
    await mvn(
      ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${join(target, 'libs')}`],
      target,
    );
    rmSync(pom);
  },
};
