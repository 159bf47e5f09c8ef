// Metadata, version 12 (KIP-482 flexible encoding): lengths are unsigned varints plus one, each structure ends in tags.

const NO_ID = Buffer.alloc(16);

/** What follows the client id in the request's header: the header's tags, then the body. */
export function writeTopicIdRequest(topics: readonly string[]): Buffer {
  const parts: Buffer[] = [uvarint(0), uvarint(topics.length + 1)];
  for (const topic of topics) {
    const name = Buffer.from(topic);
    parts.push(NO_ID, uvarint(name.length + 1), name, uvarint(0));
  }
  const allowAutoCreation = 0;
  const includeAuthorizedOperations = 0;
  parts.push(Buffer.from([allowAutoCreation, includeAuthorizedOperations]), uvarint(0));
  return Buffer.concat(parts);
}

/** Topic ids as hex by name, of a response after its correlation id. Topics the broker does not know are left out. */
export function readTopicIds(payload: Buffer): ReadonlyMap<string, string> {
  const reader = new FlexibleReader(payload);
  reader.tags(); // of the header
  reader.skip(4); // throttle time
  reader.array(() => {
    reader.skip(4); // node id
    reader.string();
    reader.skip(4); // port
    reader.string(); // rack
    reader.tags();
  });
  reader.string(); // cluster id
  reader.skip(4); // controller id
  const ids = new Map<string, string>();
  reader.array(() => {
    const errorCode = reader.int16();
    const name = reader.string();
    const id = reader.bytes(16).toString('hex');
    reader.skip(1); // is internal
    reader.array(() => {
      reader.skip(2 + 4 + 4 + 4); // error code, partition, leader, leader epoch
      for (let lists = 0; lists < 3; lists++) reader.array(() => reader.skip(4)); // replicas, isr, offline
      reader.tags();
    });
    reader.skip(4); // authorized operations
    reader.tags();
    if (errorCode === 0 && name !== undefined) ids.set(name, id);
  });
  return ids;
}

class FlexibleReader {
  #at = 0;
  readonly #payload: Buffer;

  constructor(payload: Buffer) {
    this.#payload = payload;
  }

  skip(bytes: number): void {
    this.#at += bytes;
  }

  bytes(length: number): Buffer {
    return this.#payload.subarray(this.#at, (this.#at += length));
  }

  int16(): number {
    return this.bytes(2).readInt16BE();
  }

  uvarint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#payload.readUInt8(this.#at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  string(): string | undefined {
    const length = this.uvarint();
    return length === 0 ? undefined : this.bytes(length - 1).toString('utf8');
  }

  array(read: () => void): void {
    for (let left = this.uvarint() - 1; left > 0; left--) read();
  }

  tags(): void {
    for (let left = this.uvarint(); left > 0; left--) {
      this.uvarint();
      this.skip(this.uvarint());
    }
  }
}

function uvarint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left > 0x7f; left = Math.floor(left / 128)) bytes.push((left % 128) | 0x80);
  return Buffer.from([...bytes, left]);
}
