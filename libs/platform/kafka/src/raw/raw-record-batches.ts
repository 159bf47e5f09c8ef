import { version } from 'kafkajs/package.json';
import Decoder from 'kafkajs/src/protocol/decoder';
import { lookupCodecByAttributes } from 'kafkajs/src/protocol/message/compression';
import decodeRecordBatch from 'kafkajs/src/protocol/recordBatch/v0/decoder';
import decodeMessages from 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages';
import fetchResponse from 'kafkajs/src/protocol/requests/fetch/v11/response';
import type { RecordSection } from './walk-records';

// kafkajs decodes each record into objects (a quarter of a million a second and core). For topics named here its decoder
// of fetch responses hands over a whole record batch as one pseudo-record instead: `value` is the unpacked records
// section, `offset` the batch's last. What kafkajs does with offsets and aborted transactions works on batches just as
// well, because a batch belongs to one producer and one transaction. Control batches take the original path.
// raw-record-batches.integration.spec.ts holds both ways equal.

const KNOWN_VERSION = '2.2.4';
const MAGIC_AT = 16;
const RECORD_BATCH_MAGIC = 2;
const PREFIX_BYTES = 12; // base offset, length
const HEADER_BYTES = 61;
const LOG_APPEND_TIME = 0x08;
const IN_TRANSACTION = 0x10;
const IS_CONTROL = 0x20;

/** A record batch in the clothes of a kafkajs message. */
interface PseudoMessage {
  readonly key: null;
  readonly value: Buffer;
  readonly offset: string;
  readonly timestamp: string;
  readonly attributes: 0;
  readonly headers: object;
  readonly isControlRecord: false;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
  readonly section: RecordSection;
}

const topicUsers = new Map<string, number>();
let isInstalled = false;

/**
 * From now on fetches of these topics bring record batches undecoded, to every consumer of this process: read them with
 * this library's consumers only. Returns how to end it. Does nothing on another kafkajs: consumers work, slower.
 */
export function installRawRecordBatches(topics: readonly string[]): () => void {
  if (version !== KNOWN_VERSION) return () => undefined;
  for (const topic of topics) topicUsers.set(topic, (topicUsers.get(topic) ?? 0) + 1);
  if (!isInstalled) {
    fetchResponse.decode = decodeFetchResponse;
    isInstalled = true;
  }
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    for (const topic of topics) {
      const users = (topicUsers.get(topic) ?? 1) - 1;
      if (users === 0) topicUsers.delete(topic);
      else topicUsers.set(topic, users);
    }
  };
}

/** The section behind a kafkajs message, when it is a record batch in disguise. */
export function sectionOf(message: object): RecordSection | undefined {
  return (message as Partial<PseudoMessage>).section;
}

/** Fetch response, version 11: the same reading as kafkajs' own, apart from the records of raw topics. */
async function decodeFetchResponse(payload: Buffer): Promise<unknown> {
  const decoder = new Decoder(payload);
  const clientSideThrottleTime = decoder.readInt32();
  const errorCode = decoder.readInt16();
  const sessionId = decoder.readInt32();
  const responses: object[] = [];
  for (let topics = decoder.readInt32(); topics > 0; topics--) {
    const topicName = decoder.readString();
    const decodeRecords = topicUsers.has(topicName) ? decodeRawMessages : decodeMessages;
    const partitions: object[] = [];
    for (let left = decoder.readInt32(); left > 0; left--) {
      partitions.push({
        partition: decoder.readInt32(),
        errorCode: decoder.readInt16(),
        highWatermark: decoder.readInt64().toString(),
        lastStableOffset: decoder.readInt64().toString(),
        lastStartOffset: decoder.readInt64().toString(),
        abortedTransactions: decoder.readArray((aborted) => ({
          producerId: aborted.readInt64().toString(),
          firstOffset: aborted.readInt64().toString(),
        })),
        preferredReadReplica: decoder.readInt32(),
        messages: await decodeRecords(decoder),
      });
    }
    responses.push({ topicName, partitions });
  }
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
}

async function decodeRawMessages(decoder: Decoder): Promise<readonly object[]> {
  const size = decoder.readInt32();
  if (size <= 0 || !decoder.canReadBytes(size)) return [];
  const bytes = decoder.readBytes(size);
  const messages: object[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length) {
    const end = at + PREFIX_BYTES + bytes.readInt32BE(at + 8);
    // The broker cuts a response at the size asked for, in the middle of a batch if need be.
    if (end > bytes.length) break;
    if (bytes[at + MAGIC_AT] !== RECORD_BATCH_MAGIC) throw new Error('Message sets older than Kafka 0.11 are not read');
    if ((bytes.readInt16BE(at + 21) & IS_CONTROL) === 0) messages.push(await decodeSection(bytes.subarray(at, end)));
    else messages.push(...(await decodeRecordBatch(new Decoder(bytes.subarray(at, end)))).records);
    at = end;
  }
  return messages;
}

async function decodeSection(batch: Buffer): Promise<PseudoMessage> {
  const baseOffset = Number(batch.readBigInt64BE(0));
  const attributes = batch.readInt16BE(21);
  const maxTimestamp = Number(batch.readBigInt64BE(35));
  const packed = batch.subarray(HEADER_BYTES);
  const count = batch.readInt32BE(57);
  const codec = lookupCodecByAttributes(attributes);
  const records = codec !== null && codec !== undefined && count > 0 ? await codec.decompress(packed) : packed;
  const section: RecordSection = {
    baseOffset,
    lastOffset: baseOffset + batch.readInt32BE(23),
    count: Math.max(0, count),
    firstTimestamp: Number(batch.readBigInt64BE(27)),
    maxTimestamp,
    isLogAppendTime: (attributes & LOG_APPEND_TIME) !== 0,
    records,
  };
  return {
    key: null,
    value: records,
    offset: String(section.lastOffset),
    timestamp: String(maxTimestamp),
    attributes: 0,
    headers: {},
    isControlRecord: false,
    batchContext: {
      producerId: batch.readBigInt64BE(43).toString(),
      inTransaction: (attributes & IN_TRANSACTION) !== 0,
    },
    section,
  };
}
