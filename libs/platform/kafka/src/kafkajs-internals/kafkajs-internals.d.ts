// The internals of kafkajs 2.2.4 that raw-record-batches.ts builds on. Untyped in kafkajs itself.
declare module 'kafkajs/src/protocol/decoder' {
  export default class Decoder {
    constructor(buffer: Buffer);
    readInt16(): number;
    readInt32(): number;
    readInt64(): { toString(): string };
    readString(): string;
    readBytes(length: number): Buffer;
    readArray<T>(read: (decoder: Decoder) => T): T[];
    canReadBytes(length: number): boolean;
  }
}

declare module 'kafkajs/src/protocol/recordBatch/v0/decoder' {
  import type Decoder from 'kafkajs/src/protocol/decoder';
  const decodeRecordBatch: (decoder: Decoder) => Promise<{ readonly records: readonly object[] }>;
  export default decodeRecordBatch;
}

declare module 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages' {
  import type Decoder from 'kafkajs/src/protocol/decoder';
  const decodeMessages: (decoder: Decoder) => Promise<readonly object[]>;
  export default decodeMessages;
}

declare module 'kafkajs/src/protocol/message/compression' {
  export function lookupCodecByAttributes(
    attributes: number,
  ): { decompress(buffer: Buffer): Promise<Buffer> } | null | undefined;
}

declare module 'kafkajs/src/protocol/requests/fetch/v11/response' {
  const response: { decode: (payload: Buffer) => Promise<unknown> };
  export default response;
}

declare module 'kafkajs/src/protocol/encoder' {
  export default class Encoder {
    writeBufferInternal(buffer: Buffer): void;
  }
}

declare module 'kafkajs/src/protocol/recordBatch/crc32C' {
  const crc32C: (bytes: Buffer) => number;
  export default crc32C;
}

declare module 'kafkajs/src/utils/long' {
  export default class Long {
    static fromValue(value: string): Long;
  }
}
