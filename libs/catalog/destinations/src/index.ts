export { defineDestination } from './destination';
export type { Destination, Reading, RecordOutcome, WireContext, WireItem, WireLimits } from './destination';
export { DESTINATIONS, destinationOfKind } from './registry';
export { signBody, SIGNATURE_HEADER, TIMESTAMP_HEADER, verifySignature } from './webhook/webhook-signature';
export { cutWireBatches } from './wire/cut-wire-batches';
export type { Cut } from './wire/cut-wire-batches';
export { requestKeyOf } from './wire/request-key';
export { sendWireBatch } from './wire/send-wire-batch';
export type { WireResult } from './wire/send-wire-batch';
