const guarded = new WeakSet<NodeJS.EventEmitter>();

/**
 * `millrace doctor | head -1` closes the pipe while there is more to say. From then on nobody reads: what is written
 * vanishes, the work goes on to its end (a deployment must not stop halfway) and the exit code is that of the work.
 * Any other error of a stream stays an error.
 */
export function outliveClosedPipes(streams: readonly NodeJS.EventEmitter[] = [process.stdout, process.stderr]): void {
  for (const stream of streams) {
    if (guarded.has(stream)) continue;
    guarded.add(stream);
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
