export { boundInputSchema, isKnownInput } from './bound-input';
export type { BoundInput, OtherInput } from './bound-input';
export { editKey, identityKey, readIdentityEdit } from './identity-edit';
export type { Identity, IdentityEdit } from './identity-edit';
export {
  ENTITY_KINDS,
  PURPOSES,
  readRunOrTick,
  readScoreDecision,
  runKey,
  runPublishedSchema,
  scoreDecisionSchema,
  TICK_OUTCOMES,
  tickClaimSchema,
  tickDoneKey,
  tickDoneSchema,
  tickDueKey,
  tickDueSchema,
  tickKey,
} from './score-decision';
export type {
  EntityKind,
  NewRun,
  NewScoreDecision,
  NewTickDone,
  Purpose,
  RunOrTick,
  RunPublished,
  ScoreDecision,
  TickClaim,
  TickDone,
  TickDue,
} from './score-decision';
export type { Published, PublishedType } from './published';
export { contributionRowSchema, GRADES, scoreRowSchema, STAGES, TIERS } from './score-row';
export type { ContributionRow, ScoreRow } from './score-row';
export { publicationKey, readSettingsPublication } from './settings-publication';
export type { SettingsPublication } from './settings-publication';
export { lineageJobOf } from './lineage-job';
export { rootOf, standingEdits } from './standing-edits';
export type { StandingEdits } from './standing-edits';
export { editsTopic, publicationsTopic, scoresTopic } from './topics';
