import { version } from 'kafkajs/package.json';
import crc32C from 'kafkajs/src/protocol/recordBatch/crc32C';

// kafkajs makes an object and several buffers of each record it sends, and copies every byte four times: encoding costs as much as mapping
// an event. For batches without compression its encoder of produce requests is swapped for one that measures first and writes once.
// encode-produce.spec.ts holds both ways equal, byte by byte.

const KNOWN_VERSION = '2.2.4';
const REQUEST = 'kafkajs/src/protocol/requests/produce/v3/request';
const MAGIC = 2;
const IN_TRANSACTION = 0x10;
/** From the magic's epoch to the records: leader epoch, magic, checksum, and what the checksum is over up to the count. */
const BATCH_BYTES = 49;
const BEFORE_CHECKSUM_BYTES = 9;
const PRODUCED_AT_BYTES = 12; // base offset, length

type Bytes = Buffer | string | null | undefined;
type HeaderValue = Bytes | readonly Bytes[];

interface Message {
  readonly key?: Bytes;
  readonly value: Bytes;
  readonly headers?: Readonly<Record<string, HeaderValue>>;
  readonly timestamp?: string;
}
interface PartitionData {
  readonly partition: number;
  readonly messages: readonly Message[];
  readonly firstSequence?: number;
}
/** What kafkajs hands to its encoder. */
export interface ProduceData {
  readonly acks: number;
  readonly timeout: number;
  readonly transactionalId?: string | null;
  readonly producerId?: { toString(): string };
  readonly producerEpoch?: number;
  readonly compression?: number;
  readonly topicData: readonly { readonly topic: string; readonly partitions: readonly PartitionData[] }[];
}
/** What kafkajs takes for its Encoder. */
interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
  size(): number;
}
export type ProduceRequest = (data: ProduceData) => { readonly encode: () => Promise<Encoded> };

/** From now on produce requests of this process are written in one piece. Does nothing on another kafkajs: it works, slower. */
export function installProduceEncoder(): void {
  if (version !== KNOWN_VERSION) return;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the module itself is replaced, in the cache that it lies in
  const original = require(REQUEST) as ProduceRequest & { readonly isSwapped?: true };
  const cached = require.cache[require.resolve(REQUEST)];
  if (original.isSwapped === true || cached === undefined) return;
  const swapped: ProduceRequest = (data) =>
    (data.compression ?? 0) === 0
      ? { ...original(data), encode: () => Promise.resolve(encodeProduce(data, Date.now())) }
      : original(data);
  cached.exports = Object.assign(swapped, { isSwapped: true });
}

/** Produce request, version 3 and later: `transactional_id acks timeout [topic [partition records]]`. */
export function encodeProduce(data: ProduceData, now: number): Encoded {
  const topics = data.topicData.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map((partition) => measureBatch(partition, now)),
  }));
  const { transactionalId } = data;
  let size = 2 + lengthOf(transactionalId) + 2 + 4 + 4;
  for (const { topic, partitions } of topics) {
    size += 2 + Buffer.byteLength(topic) + 4;
    for (const { bytes } of partitions) size += 4 + 4 + PRODUCED_AT_BYTES + bytes;
  }
  const writer = new Writer(size);
  writer.text16(transactionalId);
  writer.int16(data.acks);
  writer.int32(data.timeout);
  writer.int32(topics.length);
  for (const { topic, partitions } of topics) {
    writer.text16(topic);
    writer.int32(partitions.length);
    for (const batch of partitions) {
      writer.int32(batch.partition);
      writer.int32(PRODUCED_AT_BYTES + batch.bytes);
      writeBatch(writer, batch, data);
    }
  }
  const { buffer } = writer;
  return { buf: buffer, buffer, size: () => buffer.length };
}

/** A batch before it is written. */
interface MeasuredBatch {
  readonly partition: number;
  readonly firstSequence: number;
  readonly messages: readonly Message[];
  /** Of each record, what follows its length. */
  readonly bodies: readonly number[];
  readonly firstTimestamp: number;
  readonly maxTimestamp: number;
  readonly now: number;
  /** Behind base offset and length. */
  readonly bytes: number;
}

function measureBatch({ partition, messages, firstSequence = 0 }: PartitionData, now: number): MeasuredBatch {
  let firstTimestamp = Infinity;
  let maxTimestamp = -Infinity;
  for (const { timestamp } of messages) {
    if (timestamp === undefined) continue;
    firstTimestamp = Math.min(firstTimestamp, Number(timestamp));
    maxTimestamp = Math.max(maxTimestamp, Number(timestamp));
  }
  if (firstTimestamp === Infinity) firstTimestamp = maxTimestamp = now;
  let bytes = BATCH_BYTES;
  const bodies = messages.map((message, index) => {
    const body =
      1 +
      sizeOfVarint(timestampOf(message, now) - firstTimestamp) +
      sizeOfVarint(index) +
      sizeOfBytes(message.key) +
      sizeOfBytes(message.value) +
      sizeOfHeaders(message.headers);
    bytes += sizeOfVarint(body) + body;
    return body;
  });
  return { partition, firstSequence, messages, bodies, firstTimestamp, maxTimestamp, now, bytes };
}

function writeBatch(
  writer: Writer,
  { messages, bodies, firstTimestamp, maxTimestamp, now, bytes, firstSequence }: MeasuredBatch,
  { transactionalId, producerId, producerEpoch = 0 }: ProduceData,
): void {
  writer.int64(0n);
  writer.int32(bytes);
  writer.int32(0);
  writer.int8(MAGIC);
  const checksumAt = writer.at;
  writer.int32(0);
  writer.int16(transactionalId ? IN_TRANSACTION : 0);
  writer.int32(messages.length - 1);
  writer.int64(BigInt(firstTimestamp));
  writer.int64(BigInt(maxTimestamp));
  writer.int64(producerId === undefined ? -1n : BigInt(producerId.toString()));
  writer.int16(producerEpoch);
  writer.int32(firstSequence);
  writer.int32(messages.length);
  for (const [index, message] of messages.entries()) {
    writer.varint(bodies[index] ?? 0);
    writer.int8(0);
    writer.varint(timestampOf(message, now) - firstTimestamp);
    writer.varint(index);
    writer.bytes(message.key);
    writer.bytes(message.value);
    writeHeaders(writer, message.headers);
  }
  const covered = writer.buffer.subarray(checksumAt + 4, checksumAt - BEFORE_CHECKSUM_BYTES + 4 + bytes);
  writer.buffer.writeUInt32BE(crc32C(covered), checksumAt);
}

const timestampOf = ({ timestamp }: Message, now: number): number =>
  timestamp === undefined ? now : Number(timestamp);

/** A header with several values is as many headers of one name. */
function* headersOf(headers: Message['headers']): Generator<readonly [string, Bytes]> {
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (Array.isArray(value)) for (const one of value as readonly Bytes[]) yield [name, one];
    else yield [name, value as Bytes];
  }
}

function sizeOfHeaders(headers: Message['headers']): number {
  if (headers === undefined) return 1;
  let count = 0;
  let size = 0;
  for (const [name, value] of headersOf(headers)) {
    count += 1;
    size += sizeOfBytes(name) + sizeOfBytes(value);
  }
  return sizeOfVarint(count) + size;
}

function writeHeaders(writer: Writer, headers: Message['headers']): void {
  if (headers === undefined) return writer.varint(0);
  const all = [...headersOf(headers)];
  writer.varint(all.length);
  for (const [name, value] of all) {
    writer.bytes(name);
    writer.bytes(value);
  }
}

const lengthOf = (value: Bytes): number =>
  value === null || value === undefined ? 0 : typeof value === 'string' ? Buffer.byteLength(value) : value.length;

/** Signed numbers of up to 53 bits, those near zero in few bytes. */
const zigzag = (value: number): number => (value >= 0 ? value * 2 : value * -2 - 1);

function sizeOfVarint(value: number): number {
  let size = 1;
  for (let left = zigzag(value); left >= 0x80; left = Math.floor(left / 0x80)) size += 1;
  return size;
}

function sizeOfBytes(value: Bytes): number {
  if (value === null || value === undefined) return 1;
  const length = lengthOf(value);
  return sizeOfVarint(length) + length;
}

/** Writes into one buffer of the size that was measured. */
class Writer {
  readonly buffer: Buffer;
  at = 0;

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafe(size);
  }
  int8(value: number): void {
    this.at = this.buffer.writeInt8(value, this.at);
  }
  int16(value: number): void {
    this.at = this.buffer.writeInt16BE(value, this.at);
  }
  int32(value: number): void {
    this.at = this.buffer.writeInt32BE(value, this.at);
  }
  int64(value: bigint): void {
    this.at = this.buffer.writeBigInt64BE(value, this.at);
  }
  varint(value: number): void {
    let left = zigzag(value);
    for (; left >= 0x80; left = Math.floor(left / 0x80)) this.buffer[this.at++] = (left % 0x80) | 0x80;
    this.buffer[this.at++] = left;
  }
  bytes(value: Bytes): void {
    if (value === null || value === undefined) return this.varint(-1);
    if (typeof value === 'string') {
      this.varint(Buffer.byteLength(value));
      this.at += this.buffer.write(value, this.at, 'utf8');
    } else {
      this.varint(value.length);
      this.at += value.copy(this.buffer, this.at);
    }
  }
  text16(value: string | null | undefined): void {
    if (value === null || value === undefined) return this.int16(-1);
    this.int16(Buffer.byteLength(value));
    this.at += this.buffer.write(value, this.at, 'utf8');
  }
}
