import type { Story } from '@millrace/simulation';

import type { Finding } from './queries';
import type { FoundStory } from './summary';

/** Whether a finding is what a story expects of whom it is about; undefined: the simulated days are too few for weeks to say it. */
const IS_FOUND: Readonly<Record<Story['expect'], ((found: Finding | undefined) => boolean) | undefined>> = {
  mql: (found) => found?.stage === 'mql' || found?.stage === 'pql',
  pql: (found) => found?.stage === 'pql',
  surging: (found) => (found?.surges ?? 0) > 0,
  urgent: undefined,
  at_risk: undefined,
  healthy: undefined,
};

/** Compares the simulated company's own ledger of stories with what the scores say. */
export function findStories(stories: readonly Story[], findings: readonly Finding[]): readonly FoundStory[] {
  const byEntity = new Map(findings.map((finding) => [finding.entity_id, finding]));
  return stories.flatMap(({ expect, accountId, personIds, committee, text }) => {
    const found: FoundStory[] = [];
    const test = IS_FOUND[expect];
    const about = expect === 'surging' ? accountId : (personIds[0] ?? '');
    if (test !== undefined) {
      found.push({ text, expected: `${about} is ${expect}`, is_found: test(byEntity.get(about)) });
    }
    if (committee > 0) {
      const engaged = byEntity.get(accountId)?.engaged ?? 0;
      found.push({ text, expected: `${accountId} has a committee of ${committee}`, is_found: engaged >= committee });
    }
    return found;
  });
}
