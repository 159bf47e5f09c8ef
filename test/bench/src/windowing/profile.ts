import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';

const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

export interface ProfiledFunction {
  readonly where: string;
  /** Of all samples, those with nothing to do included. */
  readonly milliseconds: number;
}

export interface Profile {
  readonly folder: string;
  readonly nodeArguments: readonly string[];
}

export function createProfile(): Profile {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-profile-'));
  return { folder, nodeArguments: ['--cpu-prof', `--cpu-prof-dir=${folder}`] };
}

/** The functions in which the process spent most time themselves, of the newest profile in the folder. */
export function readProfile({ folder }: Profile, most: number): ProfiledFunction[] {
  const file = readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .sort()
    .at(-1);
  if (file === undefined) return [];
  const { nodes, samples, timeDeltas } = profileSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      `${functionName || '(anonymous)'} ${url === '' ? '' : `${basename(url)}:${lineNumber + 1}`}`.trim(),
    ]),
  );
  const micros = new Map<string, number>();
  samples.forEach((id, index) => {
    const name = names.get(id) ?? '?';
    micros.set(name, (micros.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  });
  return [...micros]
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([where, time]) => ({ where, milliseconds: Math.round(time / 1_000) }));
}
