import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HOST } from '../ports';
import { answersOk } from './http-ready';
import type { Part } from './part';

interface RegistryOptions {
  java: string;
  artifactDirectory: string;
  /** The embedded H2 file database lives here, so schemas and their ids survive a restart. */
  directory: string;
  port: number;
}

export const prepareRegistry = ({ java, artifactDirectory, directory, port }: RegistryOptions): Part => {
  mkdirSync(directory, { recursive: true });
  return {
    name: 'registry',
    title: 'Schema registry',
    command: java,
    args: [
      '-Xms64m',
      '-Xmx384m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      `-Dquarkus.http.port=${port}`,
      `-Dquarkus.http.host=${HOST}`,
      '-Dapicurio.storage.kind=sql',
      '-Dapicurio.storage.sql.kind=h2',
      `-Dapicurio.datasource.url=jdbc:h2:file:${join(directory, 'registry')}`,
      '-jar',
      join(artifactDirectory, 'quarkus-run.jar'),
    ],
    ready: () => answersOk(`http://${HOST}:${port}/apis/ccompat/v7/subjects`),
    graceSeconds: 10,
  };
};
