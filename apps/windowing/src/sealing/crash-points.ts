/** Ends this process at the named point, with no hook and no flush; does nothing at any other, or when none is named. */
export function createCrashPoint(crashAt: string | undefined): (name: string) => void {
  return (name) => {
    if (name === crashAt) process.kill(process.pid, 'SIGKILL');
  };
}
