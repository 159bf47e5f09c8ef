import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sharedClasses, type Java } from '../java';
import { HOST } from '../ports';
import { answersOk } from './http-ready';
import type { Part } from './part';

interface RegistryOptions {
  java: Java;
  /** Where what later starts can use again is kept. */
  cache: string;
  home: string;
  /** The embedded H2 file database lives here, so schemas and their ids survive a restart. */
  directory: string;
  port: number;
}

export const prepareRegistry = ({ java, cache, home, directory, port }: RegistryOptions): Part => {
  return {
    name: 'registry',
    title: 'Schema registry',
    port,
    command: java.command,
    args: [
      ...sharedClasses(cache, basename(home), java),
      '-Xms64m',
      '-Xmx384m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      `-Dquarkus.http.port=${port}`,
      `-Dquarkus.http.host=${HOST}`,
      // Health and metrics have a port of their own (9000 by default), which nobody here asks.
      '-Dquarkus.management.port=0',
      `-Dquarkus.management.host=${HOST}`,
      '-Dapicurio.storage.kind=sql',
      '-Dapicurio.storage.sql.kind=h2',
      `-Dapicurio.datasource.url=jdbc:h2:file:${join(directory, 'registry')}`,
      '-jar',
      join(home, 'quarkus-run.jar'),
    ],
    prepare: async () => void mkdirSync(directory, { recursive: true }),
    ready: () => answersOk(`http://${HOST}:${port}/apis/ccompat/v7/subjects`),
    graceSeconds: 10,
  };
};
