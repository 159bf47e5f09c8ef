import { announceRunning } from '../running';
import { startStack, type StackOptions } from '../stack';
import { createProgress } from './progress';
import { aboutCommands, aboutData } from './screen';
import { stopOnSignals, untilAborted } from './stopping';

export interface StackFlags {
  json?: boolean;
  freePorts?: boolean;
  data?: string;
}

export const toStackOptions = (flags: StackFlags): StackOptions => ({
  ports: flags.freePorts ? 'free' : 'default',
  ...(flags.data === undefined ? {} : { dataDirectory: flags.data }),
});

/** The stack alone, until Ctrl-C. A part that dies is started again. */
export const runStack = async (flags: StackFlags): Promise<number> => {
  const progress = createProgress();
  const stopping = stopOnSignals(() => progress('stopping'));
  const startedAt = performance.now();
  const stack = await startStack({ ...toStackOptions(flags), abort: stopping.signal, onProgress: progress });
  const { environment, dataDirectory, logDirectory } = stack;
  const { other, withdraw } = announceRunning({ ...environment });
  if (flags.json) {
    const readySeconds = Number(((performance.now() - startedAt) / 1000).toFixed(1));
    const result = { environment, dataDirectory, logDirectory, pids: stack.pids(), readySeconds };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } else {
    for (const [name, value] of Object.entries(environment)) process.stdout.write(`${name}=${value}\n`);
    process.stdout.write('Next: npx millrace deploy creates topics, schemas and tables\n');
    for (const line of aboutCommands(other, { ...environment })) progress(line);
    progress(aboutData(stack, 'npm run stack'));
    progress(`logs are in ${logDirectory}; Ctrl-C stops everything`);
  }
  await untilAborted(stopping.signal);
  withdraw();
  await stack.stop();
  progress('stopped');
  return 0;
};
