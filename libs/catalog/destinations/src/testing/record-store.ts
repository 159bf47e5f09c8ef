import { Verdicts, type MadeApi } from './made-api';

type Fields = Readonly<Record<string, unknown>>;

/** What a made API has of each record, how often it wrote it, and what it says of it. Keys are in the API's own spelling. */
export class RecordStore implements Pick<MadeApi, 'stored' | 'writes' | 'put' | 'judge'> {
  readonly #fields = new Map<string, Fields>();
  readonly #writes = new Map<string, number>();
  readonly #seen = new Set<string>();
  readonly #verdicts = new Verdicts();

  readonly stored = (key: string): Fields | undefined => this.#fields.get(key);
  readonly writes = (key: string): number => this.#writes.get(key) ?? 0;
  readonly put = (key: string, fields: Fields = {}): void => void this.#fields.set(key, fields);
  readonly judge = (key: string, verdicts: readonly string[]): void => this.#verdicts.set(key, verdicts);

  /** `ok`, or the API's words. Each call uses one verdict up. */
  verdict(key: string): string {
    return this.#verdicts.next(key);
  }

  has(key: string): boolean {
    return this.#fields.has(key);
  }

  /** Merges fields in. With an idempotency key a repeated write is left out. */
  write(key: string, fields: Fields, idempotencyKey?: string): void {
    if (idempotencyKey !== undefined && this.#seen.has(idempotencyKey)) return;
    if (idempotencyKey !== undefined) this.#seen.add(idempotencyKey);
    this.#fields.set(key, { ...this.#fields.get(key), ...fields });
    this.#writes.set(key, this.writes(key) + 1);
  }

  entries(): IterableIterator<[string, Fields]> {
    return this.#fields.entries();
  }

  /** What the server is to a test: its HTTP side and the store. */
  with<Server extends object>(server: Server): Server & Pick<MadeApi, 'stored' | 'writes' | 'put' | 'judge'> {
    const { stored, writes, put, judge } = this;
    return Object.assign(server, { stored, writes, put, judge });
  }
}
