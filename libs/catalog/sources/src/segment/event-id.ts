import { readRecordId, type RecordId } from '../mapping/record-id';
import type { JsonObject } from '../mapping/values';

/** The call's `messageId`. Segment's HTTP API lets it be left out: then the id is made of what the call says. */
export const readEventId = (call: JsonObject): RecordId =>
  readRecordId('messageId', call['messageId'], () => saidBy(call));

/** Without the key and the time of sending, which belong to the request: a retry has others. */
const saidBy = ({ messageId: _id, sentAt: _sentAt, writeKey: _key, ...said }: JsonObject): JsonObject => said;
