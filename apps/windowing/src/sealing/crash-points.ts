/** Places before and after each step of a seal where a test may end the process, as kill -9 would. */
export const CRASH_POINTS = [
  'before-completeness',
  'before-attempt',
  'after-attempt',
  'after-seals',
  'before-decide',
  'after-decide',
  'after-mirror',
  'after-closing',
  'after-clean-up',
] as const;

/** Ends this process at the named point, with no hook and no flush; does nothing at any other, or when none is named. */
export function createCrashPoint(crashAt: string | undefined): (name: string) => void {
  return (name) => {
    if (name === crashAt) process.kill(process.pid, 'SIGKILL');
  };
}
