export {
  runKey,
  runPublishedSchema,
  scoreDecisionSchema,
  tickClaimSchema,
  tickDoneKey,
  tickDoneSchema,
  tickKey,
} from './score-decision';
export type { RunPublished, ScoreDecision, TickClaim, TickDone } from './score-decision';
export { PUBLISHED, type Published, type PublishedType } from './published';
export { contributionRowSchema, GRADES, scoreRowSchema, STAGES, TIERS } from './score-row';
export type { ContributionRow, ScoreRow } from './score-row';
export { scoresTopic } from './topics';
