/** Reads /metrics of a service; the function gives the sum of every series whose name and labels begin so. */
export async function readMetrics(url: string): Promise<(prefix: string) => number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return (prefix) =>
    text
      .split('\n')
      .filter((line) => line.startsWith(prefix))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
