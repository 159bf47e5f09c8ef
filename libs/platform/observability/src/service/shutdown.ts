import type { Logger } from 'pino';

export interface ShutdownDeps {
  readonly logger: Logger;
  /** After this the process ends whatever is still open. */
  readonly deadlineSeconds: number;
  readonly close: (signal: string) => Promise<void>;
  readonly exit: (code: number) => void;
}

/** SIGTERM and SIGINT drain and exit 0; a second signal or the deadline exits 1. Returns how to stop listening. */
export function exitOnSignals(deps: ShutdownDeps): () => void {
  const { logger, deadlineSeconds, close, exit } = deps;
  let isStopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isStopping) {
      logger.warn(`second ${signal}: not waiting any longer`);
      exit(1);
      return;
    }
    isStopping = true;
    const timer = setTimeout(() => {
      logger.error(`still stopping after ${deadlineSeconds} s: ending the process`);
      exit(1);
    }, deadlineSeconds * 1000);
    timer.unref();
    close(signal).then(
      () => exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'shutdown failed');
        exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return () => {
    process.off('SIGTERM', onSignal);
    process.off('SIGINT', onSignal);
  };
}

/** After an uncaught error nothing in memory can be trusted: say it and end, so that the supervisor restarts. */
export function exitOnUncaughtErrors(logger: Logger, exit: (code: number) => void): () => void {
  const onUncaught = (error: unknown): void => {
    logger.fatal({ err: error }, 'uncaught error: ending the process');
    exit(1);
  };
  process.on('uncaughtException', onUncaught);
  process.on('unhandledRejection', onUncaught);
  return () => {
    process.off('uncaughtException', onUncaught);
    process.off('unhandledRejection', onUncaught);
  };
}
