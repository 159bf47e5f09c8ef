export { runKey, runPublishedSchema, scoreDecisionSchema, tickClaimSchema, tickKey } from './score-decision';
export type { RunPublished, ScoreDecision, TickClaim } from './score-decision';
export { contributionRowSchema, GRADES, scoreRowSchema, STAGES, TIERS } from './score-row';
export type { ContributionRow, ScoreRow } from './score-row';
export { scoresTopic } from './topics';
