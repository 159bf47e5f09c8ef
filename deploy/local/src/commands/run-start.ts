import { join } from 'node:path';
import { withWriteKeys } from '../development-keys';
import { deployContracts, startServices } from '../services';
import { startStack } from '../stack';
import { withLocalDestinations } from '../local-destinations';
import { announceRunning } from '../running';
import { createProgress } from './progress';
import { toStackOptions, type StackFlags } from './run-stack';
import { stopOnSignals, untilAborted } from './stopping';

/** What commands in another terminal must know besides addresses. */
const SETTINGS = [
  'COLLECTOR_WRITE_KEYS',
  'SYNC_DESTINATIONS_FILE',
  'TIME_ZONE',
  'WINDOW_SIZE_SECONDS',
  'WINDOW_GRACE_SECONDS',
  'MODELS_CONFIG_DIR',
];
const settingsOf = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(SETTINGS.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));

/** The stack and all services, until Ctrl-C. Services stop first, so that they can finish their work. */
export const runStart = async (flags: StackFlags): Promise<number> => {
  const progress = createProgress();
  const stopping = stopOnSignals(() => progress('stopping'));
  const { signal: abort } = stopping;
  let isLost = false;
  const onLost = (name: string, logFile: string): void => {
    isLost = true;
    progress(`${name} ended by itself, its log is ${logFile}`);
    stopping.abort();
  };
  const stack = await startStack({ ...toStackOptions(flags), abort, onProgress: progress, onPartLost: onLost });
  const { env, keys } = withWriteKeys(withLocalDestinations(process.env));
  let withdraw = (): void => undefined;
  let hasFailed = true;
  try {
    const { environment, logDirectory } = stack;
    await deployContracts({ stack: environment, env, abort, logFile: join(logDirectory, 'deploy.log') });
    progress('topics, schemas and tables are deployed');
    const services = await startServices({
      stack: environment,
      logDirectory,
      env,
      ports: flags.freePorts ? 'free' : 'default',
      abort,
      onProgress: progress,
      onServiceLost: onLost,
    });
    withdraw = announceRunning({ ...settingsOf(env), ...services.environment });
    if (flags.json) {
      process.stdout.write(
        `${JSON.stringify({ environment: services.environment, urls: services.urls, keys, logDirectory })}\n`,
      );
    } else {
      for (const [name, url] of Object.entries(services.urls)) process.stdout.write(`${name} ${url}\n`);
      for (const [source, key] of Object.entries(keys)) process.stdout.write(`write key of ${source}: ${key}\n`);
      progress(`logs are in ${logDirectory}; Ctrl-C stops everything`);
    }
    await untilAborted(abort);
    await services.stop();
    hasFailed = false;
  } finally {
    withdraw();
    await stack.stop({ logs: hasFailed || isLost });
    progress('stopped');
  }
  return isLost ? 1 : 0;
};
