/** A named place where a test may end the process; see CRASH_AT in app.config.ts. */
export type CrashPoint = (name: string) => void;

/** Ends this process at the named point, with no hook and no flush; does nothing at any other, or when none is named. */
export function createCrashPoint(crashAt: string | undefined): CrashPoint {
  return (name) => {
    if (name === crashAt) process.kill(process.pid, 'SIGKILL');
  };
}
