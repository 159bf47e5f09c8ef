import { startProcess, type ProcessExit, type ProcessOptions } from './start-process';

/** Runs a command to its end with this process's own output; on `abort` it is stopped. It cannot outlive this process. */
export const runToEnd = async (options: ProcessOptions): Promise<ProcessExit> => {
  const running = await startProcess({ ...options, abort: undefined });
  const stop = (): void => void running.stop();
  options.abort?.addEventListener('abort', stop, { once: true });
  if (options.abort?.aborted) stop();
  try {
    return await running.exited;
  } finally {
    options.abort?.removeEventListener('abort', stop);
  }
};
