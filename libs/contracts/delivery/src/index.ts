export {
  approvalKey,
  deliveryBatchSchema,
  deliveryOutcomeSchema,
  deliveryRecordSchema,
  dispatchKey,
  fieldValueSchema,
  jobKey,
  LANES,
  MATCHES,
  MODES,
  OUTCOMES,
  pauseKey,
  planDecisionSchema,
  planKey,
  SEND_REASONS,
  SUBJECTS,
  SUPPRESSION_REASONS,
} from './delivery';
export type {
  DeliveryBatch,
  DeliveryOutcome,
  DeliveryRecord,
  FieldValue,
  Lane,
  MatchBy,
  Mode,
  NewBatch,
  NewOutcome,
  NewRecord,
  Outcome,
  PlanDecision,
  SendReason,
  Subject,
  SuppressionReason,
} from './delivery';
export { idempotencyKeyOf } from './idempotency-key';
export { deliveryTopic, outcomesTopic, plansTopic, RESERVED_NAMES, urgencyTopic } from './topics';
export type { DeliveryTopic } from './topics';
