import { join } from 'node:path';
import { LOGS, openDataDirectory } from './data-directory';
import { cacheDirectory, ensureArtifacts } from './downloads/cache';
import { createClients } from './downloads/clients';
import { KAFKA } from './downloads/kafka-artifact';
import { findJava } from './java';
import { prepareKafka } from './parts/kafka';
import { findFreePorts, HOST } from './ports';
import { startProcess } from './supervisor/start-process';

export interface Broker {
  /** For KAFKA_BROKERS. */
  readonly brokers: string;
  readonly stop: () => Promise<void>;
}

/** One more broker, empty and with settings of its own: for what the stack's must not do to others, such as refusing. */
export const startBroker = async (
  settings: Readonly<Record<string, string>> = {},
  env: NodeJS.ProcessEnv = process.env,
): Promise<Broker> => {
  const java = await findJava(env);
  const cache = cacheDirectory(env);
  const [home = ''] = await ensureArtifacts([KAFKA], {
    cache,
    clients: createClients(env),
    onProgress: () => undefined,
  });
  const [port = 0, controllerPort = 0] = await findFreePorts(2);
  const data = await openDataDirectory({ onProgress: () => undefined });
  const part = prepareKafka({
    java,
    cache,
    home,
    directory: join(data.path, 'kafka'),
    port,
    controllerPort,
    settings,
  });
  try {
    await part.prepare();
    const process = await startProcess({
      ...part,
      logFile: join(data.path, LOGS, 'kafka.log'),
      readyTimeoutMs: 90_000,
      heldDescriptor: data.lock.descriptor,
    });
    return {
      brokers: `${HOST}:${port}`,
      stop: async () => {
        await process.stop();
        data.release();
      },
    };
  } catch (error) {
    data.release({ logs: true });
    throw error;
  }
};
