export {
  deliveryBatchSchema,
  deliveryOutcomeSchema,
  deliveryRecordSchema,
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
  Outcome,
  PlanDecision,
  SendReason,
  SuppressionReason,
} from './delivery';
export { deliveryTopic, outcomesTopic, plansTopic } from './topics';
export type { DeliveryTopic } from './topics';
