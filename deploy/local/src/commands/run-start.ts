import { join } from 'node:path';
import { withWriteKeys } from '../development-keys';
import { deployContracts, startServices } from '../services';
import { startStack } from '../stack';
import { withLocalDestinations } from '../local-destinations';
import { announceRunning } from '../running';
import { createProgress } from './progress';
import { aboutCommands, aboutData, firstSteps } from './screen';
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
  'MODELS_AUTO_PUBLISH',
];
const settingsOf = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(SETTINGS.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));

/** The stack and all services, until Ctrl-C; what dies is started again. Services stop first, so that they can finish their work. */
export const runStart = async (flags: StackFlags): Promise<number> => {
  const progress = createProgress();
  const stopping = stopOnSignals(() => progress('stopping'));
  const { signal: abort } = stopping;
  const stack = await startStack({ ...toStackOptions(flags), abort, onProgress: progress });
  const { env, keys } = withWriteKeys(withLocalDestinations({ MODELS_AUTO_PUBLISH: 'true', ...process.env }));
  let withdraw = (): void => undefined;
  let hasFailed = true;
  try {
    const { logDirectory } = stack;
    await deployContracts({ stack: stack.environment, env, abort, logFile: join(logDirectory, 'deploy.log') });
    progress('topics, schemas and tables are deployed');
    const services = await startServices({
      stack: stack.environment,
      logDirectory,
      env,
      ports: flags.freePorts ? 'free' : 'default',
      abort,
      onProgress: progress,
    });
    const { urls, environment } = services;
    const announcement = announceRunning({ ...settingsOf(env), ...environment });
    withdraw = announcement.withdraw;
    if (flags.json) {
      const pids = { ...stack.pids(), ...services.pids() };
      process.stdout.write(`${JSON.stringify({ environment, urls, keys, logDirectory, pids })}\n`);
    } else {
      for (const [name, url] of Object.entries(urls)) process.stdout.write(`${name} ${url}\n`);
      for (const [source, key] of Object.entries(keys)) process.stdout.write(`write key of ${source}: ${key}\n`);
      const steps = firstSteps(urls['collector'] ?? '', keys['website'], new Date());
      process.stdout.write(`\nSend, seal, run, explain, in another terminal:\n${steps.join('\n')}\n\n`);
      for (const line of aboutCommands(announcement.other, environment)) progress(line);
      progress(aboutData(stack, 'npm start'));
      progress(`logs are in ${logDirectory}; Ctrl-C stops everything`);
    }
    await untilAborted(abort);
    await services.stop();
    hasFailed = false;
  } finally {
    withdraw();
    await stack.stop({ logs: hasFailed && !abort.aborted });
    progress('stopped');
  }
  return 0;
};
