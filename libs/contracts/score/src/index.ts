export { boundInputSchema, isKnownInput } from './bound-input';
export type { BoundInput, OtherInput } from './bound-input';
export {
  ENTITY_KINDS,
  PURPOSES,
  readRunPublished,
  readScoreDecision,
  runKey,
  runPublishedSchema,
  scoreDecisionSchema,
  TICK_OUTCOMES,
  tickClaimSchema,
  tickDoneKey,
  tickDoneSchema,
  tickKey,
} from './score-decision';
export type {
  EntityKind,
  NewRun,
  NewScoreDecision,
  NewTickDone,
  Purpose,
  RunPublished,
  ScoreDecision,
  TickClaim,
  TickDone,
} from './score-decision';
export type { Published, PublishedType } from './published';
export { contributionRowSchema, GRADES, scoreRowSchema, STAGES, TIERS } from './score-row';
export type { ContributionRow, ScoreRow } from './score-row';
export { scoresTopic } from './topics';
