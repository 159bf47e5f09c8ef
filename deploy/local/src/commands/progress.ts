/** Lines with the seconds since the start, on stderr: stdout is for results. */
export const createProgress = (): ((line: string) => void) => {
  const start = performance.now();
  return (line) => {
    const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
    process.stderr.write(`${seconds} s  ${line}\n`);
  };
};
