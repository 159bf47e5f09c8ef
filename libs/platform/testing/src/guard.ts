import { spawn, type ChildProcess } from 'node:child_process';

/** Holds a pipe from this process as its stdin; when the pipe closes, however this process ended, it ends the child. */
export function startGuard(child: ChildProcess): ChildProcess {
  const guard = spawn('sh', ['-c', `cat > /dev/null; kill -9 ${child.pid} 2> /dev/null`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.on('error', () => undefined);
  guard.unref();
  return guard;
}
