export { closedBefore, isClosed, latestClosable, WINDOW_SIZES_MS, windowStartOf } from './window';
export type { WindowSettings } from './window';
export {
  addDays,
  dayAt,
  dayOf,
  daysBetween,
  findMisalignedDay,
  isDayComplete,
  isIanaZone,
  resolveZone,
  windowsOfDay,
} from './calendar';
export type { Day } from './calendar';
export {
  countOffsets,
  isAtOrAbove,
  maxVector,
  offsetIn,
  readSealStep,
  SEAL_REASONS,
  sealStepSchema,
  topicVectorSchema,
} from './seal-step';
export type { NewSealStep, SealReason, SealStep, TopicVector } from './seal-step';
export { bindSteps, MOST_WINNERS, SEALED_PARAMS, SEALED_VIEWS, SIGNALS_VIEW, type SealedParams } from './sealed-views';
export { sealedTopic, stepKey } from './topics';
export { endOf, parseDays, parseRange, parseWhen, refuseFuture, startOf, type When } from './when';
