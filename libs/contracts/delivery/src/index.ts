export {
  deliveryBatchSchema,
  deliveryOutcomeSchema,
  deliveryRecordSchema,
  dispatchKey,
  fieldValueSchema,
  LANES,
  OUTCOMES,
  planDecisionSchema,
  planKey,
  SEND_REASONS,
  SUPPRESSION_REASONS,
} from './delivery';
export type {
  DeliveryBatch,
  DeliveryOutcome,
  DeliveryRecord,
  FieldValue,
  Lane,
  NewBatch,
  NewOutcome,
  NewRecord,
  Outcome,
  PlanDecision,
  SendReason,
  SuppressionReason,
} from './delivery';
export { idempotencyKeyOf } from './idempotency-key';
export { deliveryTopic, outcomesTopic, plansTopic, RESERVED_NAMES, urgencyTopic } from './topics';
export type { DeliveryTopic } from './topics';
