export { defineRollup, defineScore, MODEL_KINDS, modelsReadBy, tablesOf } from './model/define-model';
export type {
  EventStep,
  Explain,
  Input,
  Model,
  ModelKind,
  PickRun,
  Query,
  Rollup,
  RowsStep,
  RunParams,
  Score,
  SqlStep,
} from './model/define-model';
export { orderModels, orderNodes } from './model/model-graph';
export type { GraphNode } from './model/model-graph';
export { findModel, MODELS } from './model/model-registry';
export { assertPieces, fillPieces } from './model/pieces';
export { assertSettingsFolder } from './model/assert-settings-folder';
export { hashOf, loadModelSettings, loadSettingsFile, parseModelSettings } from './model/model-settings';
export type { ModelSettings, ParsedSettings } from './model/model-settings';
export { scheduleOf, scheduleSettings, type Schedule } from './model/schedule-settings';
export { leadScore } from './lead_score/lead-score.model';
export type { LeadScoreSettings } from './lead_score/lead-score.settings';
export type { BuyingCommitteeSettings } from './buying_committee/buying-committee.settings';
export type { AccountHealthSettings } from './account_health/account-health.settings';
export type { AccountScoreSettings } from './account_score/account-score.settings';
export { OUTCOMES, readingsOf } from './outcomes/outcomes';
export type { Outcome, OutcomeReadings, Reading } from './outcomes/outcomes';
export { personDays } from './person_days/person-days.model';
