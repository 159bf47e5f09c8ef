import { runWindowing } from '../world/run-windowing';
import type { Evidence } from './evidence';

interface Report {
  readonly is_equal: boolean;
  readonly steps: readonly { readonly step: number; readonly recorded: string; readonly rebuilt: string | null }[];
}

/** I6: replay from offset 0 into an empty database gives equal digests. Where retention has cut the log: from landed records. */
export async function checkReplay({ chain, environment }: Evidence, source: 'kafka' | 'raw'): Promise<string[]> {
  const { code, stdout, stderr } = await runWindowing(
    ['replay', '--verify', '--source', source, '--json'],
    environment,
  );
  if (code !== 0 && code !== 1) return [`replay ended with ${code}: ${stderr}`];
  const report = JSON.parse(stdout) as Report | { readonly error: unknown };
  if ('error' in report) return [`replay from ${source} failed: ${stderr.trim()}`];
  const found = report.steps
    .filter(({ recorded, rebuilt }) => recorded !== rebuilt)
    .map(
      ({ step, rebuilt }) =>
        `step ${step} rebuilt from ${source} is ${rebuilt === null ? 'not possible' : 'different'}`,
    );
  if (report.steps.length < chain.winners.length)
    found.push(`only ${report.steps.length} steps of ${chain.winners.length} were rebuilt`);
  return found;
}
