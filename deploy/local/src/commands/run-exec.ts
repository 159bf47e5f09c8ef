import { startStack } from '../stack';
import { runToEnd } from '../supervisor/run-to-end';
import { createProgress } from './progress';
import { stopOnSignals } from './stopping';

const BY_SIGNAL = 128;

/** A stack of its own on free ports for one command, which finds it in its environment; ends with the command's exit code. */
export const runExec = async ([command = '', ...args]: readonly string[]): Promise<number> => {
  const progress = createProgress();
  const stopping = stopOnSignals();
  const stack = await startStack({ ports: 'free', abort: stopping.signal, onProgress: progress });
  try {
    const { code } = await runToEnd({
      name: command,
      command,
      args,
      env: { ...process.env, ...stack.environment },
      abort: stopping.signal,
    });
    return code ?? BY_SIGNAL;
  } finally {
    await stack.stop();
  }
};
