import { startStack, type StackOptions } from '../stack';
import { createProgress } from './progress';
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

/** The stack alone, until Ctrl-C. Exit code 1 when a part was lost. */
export const runStack = async (flags: StackFlags): Promise<number> => {
  const progress = createProgress();
  const stopping = stopOnSignals(() => progress('stopping'));
  let isLost = false;
  const startedAt = performance.now();
  const stack = await startStack({
    ...toStackOptions(flags),
    abort: stopping.signal,
    onProgress: progress,
    onPartLost: (part, logFile) => {
      isLost = true;
      progress(`${part} ended by itself, its log is ${logFile}`);
      stopping.abort();
    },
  });
  if (flags.json) {
    const { environment, dataDirectory, logDirectory } = stack;
    const readySeconds = Number(((performance.now() - startedAt) / 1000).toFixed(1));
    const result = { environment, dataDirectory, logDirectory, pids: stack.pids(), readySeconds };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } else {
    for (const [name, value] of Object.entries(stack.environment)) process.stdout.write(`${name}=${value}\n`);
    progress(`data and logs are in ${stack.dataDirectory}; Ctrl-C stops everything`);
  }
  await untilAborted(stopping.signal);
  await stack.stop({ logs: isLost });
  progress('stopped');
  return isLost ? 1 : 0;
};
