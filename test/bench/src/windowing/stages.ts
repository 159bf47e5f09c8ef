import type { LoggedStatement } from '../processes/statement-log';

export interface Stage {
  readonly name: string;
  readonly times: number;
  readonly milliseconds: number;
}

/** Statements of a step by name, longest first. Some run at the same time, so the sum may be above the step's time. */
export function stagesOf(statements: readonly LoggedStatement[]): Stage[] {
  const stages = new Map<string, { times: number; milliseconds: number }>();
  for (const { name, milliseconds } of statements) {
    const stage = stages.get(name) ?? { times: 0, milliseconds: 0 };
    stage.times += 1;
    stage.milliseconds += milliseconds;
    stages.set(name, stage);
  }
  return [...stages]
    .map(([name, { times, milliseconds }]) => ({ name, times, milliseconds: Math.round(milliseconds) }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}
