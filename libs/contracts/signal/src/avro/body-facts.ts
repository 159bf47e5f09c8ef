import type { SignalFacts } from '../verdict/verdict';
import type { WalkState } from './compile-step';

/** What a walk leaves behind: the facts that a verdict depends on. One object is used over and over. */
export interface BodyFacts extends SignalFacts, WalkState {}

export const createBodyFacts = (): BodyFacts => ({
  occurredAt: 0,
  receivedAt: 0,
  hasSignalId: false,
  hasIdentity: false,
  long: 0,
  depth: 0,
});
