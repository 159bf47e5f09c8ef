import { ContractError } from '@millrace/platform-errors';

/** The records of one record batch as they are on the wire, unpacked. */
export interface RecordSection {
  /** Offset of the record with delta 0, which compaction may have removed. */
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly count: number;
  /** Milliseconds. With LogAppendTime every record has `maxTimestamp`. */
  readonly firstTimestamp: number;
  readonly maxTimestamp: number;
  readonly isLogAppendTime: boolean;
  readonly records: Buffer;
}

/** Where a record is in its section. One object is used again and again: copy what is to be kept. */
export interface RecordCursor {
  offset: number;
  timestamp: number;
  /** -1 for a null key. */
  keyStart: number;
  keyEnd: number;
  /** -1 for a null value. */
  valueStart: number;
  valueEnd: number;
  headersStart: number;
  end: number;
}

/**
 * Calls `onRecord` for every record at or after offset `from`, in order, without copying anything. Offsets are plain
 * numbers here: exact up to 2^53. Throws KAFKA_RECORD_UNREADABLE when a length does not fit, which no broker sends.
 */
export function walkRecords(section: RecordSection, onRecord: (cursor: RecordCursor) => void, from = 0): void {
  const reader = new VarintReader(section.records);
  const cursor: RecordCursor = {
    offset: 0,
    timestamp: section.maxTimestamp,
    keyStart: -1,
    keyEnd: -1,
    valueStart: -1,
    valueEnd: -1,
    headersStart: 0,
    end: 0,
  };
  for (let i = 0; i < section.count; i++) {
    const length = reader.next();
    cursor.end = reader.at + length;
    if (length <= 0 || cursor.end > section.records.length) throw unreadable(section, i);
    reader.at += 1; // attributes, unused
    const timestampDelta = reader.next();
    cursor.offset = section.baseOffset + reader.next();
    if (!section.isLogAppendTime) cursor.timestamp = section.firstTimestamp + timestampDelta;
    const keyLength = reader.next();
    cursor.keyStart = keyLength < 0 ? -1 : reader.at;
    if (keyLength > 0) reader.at += keyLength;
    cursor.keyEnd = keyLength < 0 ? -1 : reader.at;
    const valueLength = reader.next();
    cursor.valueStart = valueLength < 0 ? -1 : reader.at;
    if (valueLength > 0) reader.at += valueLength;
    cursor.valueEnd = valueLength < 0 ? -1 : reader.at;
    if (reader.at > cursor.end) throw unreadable(section, i);
    cursor.headersStart = reader.at;
    reader.at = cursor.end;
    if (cursor.offset >= from) onRecord(cursor);
  }
}

export type RecordHeaders = Record<string, Buffer | Buffer[]>;

/** A record's headers; a name that occurs more than once has an array, as in kafkajs. */
export function readHeaders(section: RecordSection, cursor: RecordCursor): RecordHeaders {
  const reader = new VarintReader(section.records);
  reader.at = cursor.headersStart;
  const headers: RecordHeaders = {};
  for (let left = reader.next(); left > 0; left--) {
    const nameLength = reader.next();
    const name = section.records.toString('utf8', reader.at, (reader.at += nameLength));
    const valueLength = reader.next();
    const value = (valueLength < 0 ? null : section.records.subarray(reader.at, (reader.at += valueLength))) as Buffer;
    const known = headers[name];
    if (!Object.hasOwn(headers, name)) headers[name] = value;
    else if (Array.isArray(known)) known.push(value);
    else headers[name] = [known as Buffer, value];
  }
  return headers;
}

/** Zigzag varints up to 64 bits, as numbers: one or two bytes are the rule and take the short way. */
class VarintReader {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  next(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.at++] as number;
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    let value = byte & 0x7f;
    byte = bytes[this.at++] as number;
    value |= (byte & 0x7f) << 7;
    if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    return this.#long(value);
  }

  #long(low: number): number {
    let value = low;
    let scale = 2 ** 14;
    for (let i = 0; i < 8; i++) {
      const byte = this.#bytes[this.at++] as number;
      value += (byte & 0x7f) * scale;
      if (!(byte >= 0x80)) break;
      scale *= 128;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

function unreadable(section: RecordSection, index: number): ContractError {
  return new ContractError('A record batch is damaged: a record does not fit into it', {
    code: 'KAFKA_RECORD_UNREADABLE',
    details: { baseOffset: section.baseOffset, index, bytes: section.records.length },
  });
}
