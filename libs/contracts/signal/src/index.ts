export { createSignal, hasIdentity, IDENTITY_FIELDS, partitionKeyOf, SIGNAL_FIELDS } from './signal';
export type { Signal } from './signal';
export type { Account, Person } from './entities';
export { ACCOUNT_SCHEMA, accountType, PERSON_SCHEMA, personType, SIGNAL_SCHEMA, signalType } from './schemas';
export { QUARANTINE_REASONS, REJECTED_HEADERS, RETRIED_FROM_HEADER } from './quarantine';
export type { QuarantineReason } from './quarantine';
export { DEFAULT_SOURCES, entityTopics, signalTopic, signalTopicName, sourceOfTopic, valueSubject } from './topics';
export type { SignalTopic } from './topics';
