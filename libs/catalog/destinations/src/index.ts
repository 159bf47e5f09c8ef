export { ANY_TYPE, defineDestination, routeFor, shapeOf } from './destination';
export type {
  CurrentValues,
  Destination,
  FieldShape,
  MappingOfObject,
  Load,
  LoadColumn,
  LoadPart,
  LoadTable,
  LoadType,
  MappedObject,
  ObjectShape,
  PartReading,
  PartsReading,
  ReadBack,
  Reading,
  ReceivedDelivery,
  ReceivedRecord,
  ReceivedRequest,
  Receiving,
  RecordOutcome,
  Refusal,
  Route,
  Tools,
  WireBatch,
  WireContext,
  WireItem,
} from './destination';
export { DESTINATIONS, destinationOfKind } from './registry';
export type { CopySource, Sink, SinkAnswer, SqlSession, SqlTarget } from './sink';
export { signBody, SIGNATURE_HEADER, TIMESTAMP_HEADER, verifySignature } from './webhook/webhook-signature';
export { createTools, type ToolsDeps } from './wire/create-tools';
export { cutWireBatches } from './wire/cut-wire-batches';
export type { Cut } from './wire/cut-wire-batches';
export { deliverBatch, settleUnknown } from './wire/deliver-batch';
export { requestKeyOf } from './wire/request-key';
