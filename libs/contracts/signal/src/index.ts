export { createSignal, hasIdentity, IDENTITY_FIELDS, KEY_KINDS, partitionKeyOf, SIGNAL_FIELDS } from './signal';
export type { KeyKind, Signal } from './signal';
export { createAccount, createPerson, type Account, type EntityRecord, type Person } from './entities';
export {
  accountIdOf,
  DIRECT_INSTANCE,
  entityKey,
  isInstanceName,
  nameOfRecord,
  namesOfTombstone,
  ownIdOfAccount,
  ownIdOfPerson,
  parseEntityKey,
  personIdOf,
  type EntityName,
} from './entity-key';
export { ACCOUNT_SCHEMA, accountType, PERSON_SCHEMA, personType, SIGNAL_SCHEMA, signalType } from './schemas';
export { QUARANTINE_REASONS, REJECTED_HEADERS, RETRIED_FROM_HEADER } from './quarantine';
export type { QuarantineReason } from './quarantine';
export {
  cursorsTopic,
  entityTopics,
  signalTopic,
  signalTopicName,
  sourceOfTopic,
  SUBJECT_COMPATIBILITY,
  valueSubject,
} from './topics';
export type { SignalTopic } from './topics';
export { parseAvroNode, isRecursive } from './avro/avro-node';
export type { AvroNode, RecordNode } from './avro/avro-node';
export { readLong } from './avro/read-long';
export { viewOf } from './avro/text';
export { judgeRecord } from './judge-record';
export type { PeekWriter, RecordToJudge, Refusal } from './judge-record';
export { headersAsText } from './verdict/headers-as-text';
export { FRAME_BYTES, readSchemaId } from './verdict/judge-frame';
export type { TopicRules, Verdict } from './verdict/verdict';
export { hashVerdictSettings, RULES_VERSION, topicRules } from './verdict/verdict-settings';
export type { VerdictSettings } from './verdict/verdict-settings';
export { createBodyDecoder } from './writer/decode-body';
export type { DecodeBody, DecodedSignal } from './writer/decode-body';
export { isSignalWriter, readSignalWriter, timeUnits } from './writer/signal-writer';
export type { SchemaAnswer, SignalWriter } from './writer/signal-writer';
