import type { SealStep, TopicVector } from '@millrace/contract-window';

/** A stretch of the log whose records were judged by one version of the rules. */
export interface Stretch {
  readonly rulesVersion: number;
  readonly from: readonly TopicVector[];
  readonly to: readonly TopicVector[];
}

/**
 * The log below the last step, in stretches of one version of the rules: a record was landed no later than the first step whose
 * vector is above it, and is landed again as then. Steps are ascending.
 */
export function stretchesOfRules(steps: readonly Pick<SealStep, 'rules' | 'vector'>[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const { rules: rulesVersion = 1, vector } of steps) {
    const last = stretches.at(-1);
    if (last?.rulesVersion === rulesVersion) stretches[stretches.length - 1] = { ...last, to: vector };
    else stretches.push({ rulesVersion, from: last?.to ?? [], to: vector });
  }
  return stretches;
}
