import { createLocalReceiver, type Behaviour, type LocalReceiver } from '@millrace/catalog-destinations/testing';
import type { FieldValue, Mode } from '@millrace/contract-delivery';

export interface SentRecord {
  readonly record_id: string;
  readonly match_key: string;
  readonly mode: Mode;
  readonly idempotency_key: string;
  readonly reason: string;
  readonly plan_id: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

export interface Contact {
  readonly id: string;
  email: string;
  isGone: boolean;
  fields: Record<string, FieldValue>;
  /** Records that were applied to it. */
  writes: number;
  /** Of the record that was applied last. */
  lastKey: string;
}

/** What happens to a request that writes. `cut`: after what it asks for was done, or before. */
export type Misbehaviour = 'none' | 'cut after' | 'cut before' | 'fail' | { readonly reject: string };

export interface Job {
  readonly id: string;
  rows: readonly SentRecord[];
  state: 'open' | 'at work' | 'done' | 'aborted';
  asked: number;
  readonly results: Map<string, string>;
}

interface CrmOptions {
  /** How the next request is answered. */
  readonly misbehave: (records: readonly SentRecord[]) => Misbehaviour;
  /** How often a job is asked before it is done. */
  readonly pollsOfJob: number;
  /** Called for each record that changes a contact, with what it had. */
  readonly onWrite: (record: SentRecord, before: Contact | undefined) => void;
  /** Called for a contact that the API made. */
  readonly onCreated: (contact: Contact, record: SentRecord) => void;
}

/**
 * A system of contacts that is found by e-mail, obeys modes, honours idempotency keys and takes jobs, over HTTP. Contacts are
 * renamed, deleted and made by hand, too.
 */
export class MadeCrm {
  readonly contacts: Contact[] = [];
  readonly jobs: Job[] = [];
  /** Requests of records and rows of jobs as they came, applied or not. */
  readonly received: SentRecord[] = [];
  readonly #seen = new Set<string>();
  readonly #options: CrmOptions;
  #receiver: LocalReceiver | undefined;

  constructor(options: CrmOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#receiver = await createLocalReceiver(({ method, path, body }) => this.#answer(`${method} ${path}`, body));
  }

  get url(): string {
    return this.#receiver?.url ?? '';
  }

  close(): Promise<void> {
    return this.#receiver?.close() ?? Promise.resolve();
  }

  find(email: string): Contact | undefined {
    return this.contacts.find((contact) => contact.email === email && !contact.isGone);
  }

  /** Somebody makes a contact by hand, or the API does. */
  make(email: string): Contact {
    const contact: Contact = {
      id: `c${this.contacts.length + 1}`,
      email,
      isGone: false,
      fields: {},
      writes: 0,
      lastKey: '',
    };
    this.contacts.push(contact);
    return contact;
  }

  #answer(what: string, body: string): Behaviour {
    const [, job] = /^\w+ \/jobs\/(.+)$/.exec(what) ?? [];
    if (what === 'POST /records') return this.#takeRecords(JSON.parse(body) as SentRecord[]);
    if (what === 'POST /jobs') return ok({ job: this.#makeJob().id });
    const found = this.jobs.find(({ id }) => id === job);
    if (found === undefined) return { do: 'answer', status: 404 };
    if (what.startsWith('PUT')) return this.#upload(found, JSON.parse(body) as SentRecord[]);
    if (what.startsWith('DELETE')) return this.#abort(found);
    return this.#ask(found);
  }

  #takeRecords(records: readonly SentRecord[]): Behaviour {
    this.received.push(...records);
    const misbehaviour = this.#options.misbehave(records);
    if (misbehaviour === 'cut before') return { do: 'cut' };
    if (misbehaviour === 'fail') return { do: 'answer', status: 500 };
    const rejected = typeof misbehaviour === 'object' ? misbehaviour.reject : '';
    const results = records.map((record) => ({
      record_id: record.record_id,
      status: record.match_key === rejected ? 'rejected' : this.#apply(record),
    }));
    return misbehaviour === 'cut after' ? { do: 'cut' } : ok({ results });
  }

  #apply(record: SentRecord): string {
    const { match_key, mode, idempotency_key, fields } = record;
    if (this.#seen.has(idempotency_key)) return 'accepted';
    const found = this.find(match_key);
    if (found === undefined && mode === 'update') return 'not there';
    if (found !== undefined && mode === 'create') return 'there already';
    this.#seen.add(idempotency_key);
    this.#options.onWrite(record, found);
    const contact = found ?? this.make(match_key);
    if (found === undefined) this.#options.onCreated(contact, record);
    contact.fields = { ...contact.fields, ...fields };
    contact.writes += 1;
    contact.lastKey = idempotency_key;
    return 'accepted';
  }

  #makeJob(): Job {
    const job: Job = { id: `j${this.jobs.length + 1}`, rows: [], state: 'open', asked: 0, results: new Map() };
    this.jobs.push(job);
    return job;
  }

  #upload(job: Job, rows: readonly SentRecord[]): Behaviour {
    if (job.state !== 'open') return ok({});
    this.received.push(...rows);
    job.rows = rows;
    job.state = 'at work';
    return ok({});
  }

  /** Half of the rows are applied while it works, the rest at its end. */
  #ask(job: Job): Behaviour {
    if (job.state === 'at work') {
      job.asked += 1;
      const isDone = job.asked >= this.#options.pollsOfJob;
      for (const row of isDone ? job.rows : job.rows.slice(0, job.rows.length / 2)) {
        if (!job.results.has(row.record_id)) job.results.set(row.record_id, this.#apply(row));
      }
      if (isDone) job.state = 'done';
    }
    const results = [...job.results].map(([record_id, status]) => ({ record_id, status }));
    return ok({ state: job.state, results });
  }

  /** What it did before stays done, and is not told. */
  #abort(job: Job): Behaviour {
    if (job.state === 'open' || job.state === 'at work') {
      job.state = 'aborted';
      job.results.clear();
    }
    return ok({});
  }
}

const ok = (body: object): Behaviour => ({ do: 'answer', status: 200, body: JSON.stringify(body) });
