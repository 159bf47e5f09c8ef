export { defineDestination } from './destination';
export type {
  Destination,
  DestinationLimits,
  Reading,
  RecordOutcome,
  SendOptions,
  SendRequest,
  WireAnswer,
  WireContext,
  WireItem,
  WireLimits,
  WireRequest,
  WireResponse,
} from './destination';
export { DESTINATIONS, destinationOfKind } from './registry';
export { createLocalReceiver } from './testing/local-receiver';
export type { Behaviour, LocalReceiver, ReceivedRequest } from './testing/local-receiver';
export { isPublicAddress } from './transport/check-address';
export { createHttpTransport } from './transport/create-send-request';
export type { HttpTransport } from './transport/create-send-request';
export { signBody, SIGNATURE_HEADER, TIMESTAMP_HEADER, verifySignature } from './webhook/webhook-signature';
export { cutWireBatches } from './wire/cut-wire-batches';
export type { Cut } from './wire/cut-wire-batches';
export { requestKeyOf } from './wire/request-key';
export { sendWireBatch } from './wire/send-wire-batch';
export type { WireResult } from './wire/send-wire-batch';
