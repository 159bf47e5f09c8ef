import { RecordStore } from '../../testing/record-store';
import { shortId } from '../salesforce-names';

type Fields = Readonly<Record<string, unknown>>;

export interface RowError {
  readonly statusCode: string;
  readonly message: string;
  readonly fields: readonly string[];
}

/** What became of one row, for Collections and for jobs alike. `unprocessed`: nothing. */
export type RowFate = { readonly id: string; readonly created: boolean } | { readonly error: RowError } | 'unprocessed';

const PREFIXES: Readonly<Record<string, string>> = { Lead: '00Q', Contact: '003', Account: '001' };

/**
 * The records of a made organization. A record has a key, by which tests name it, an id, and fields; a look-up by a field that it has
 * not is one by its key.
 */
export class SalesforceRecords {
  readonly store = new RecordStore();
  readonly #ids = new Map<string, string>();
  readonly #keys = new Map<string, string>();
  /** Of records that were put there, none: they are what they are taken for. */
  readonly #types = new Map<string, string>();
  /** Of a field, in lower case: keys that have or had a value; built when it is first looked for. */
  readonly #indexes = new Map<string, Map<string, Set<string>>>();

  /** Of a record, in 18 characters. */
  idOf(key: string, type = 'Lead'): string {
    let id = this.#ids.get(key);
    if (id === undefined) {
      const isId = /^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/.test(key);
      id = isId ? key : `${PREFIXES[type] ?? 'a00'}${String(this.#ids.size + 1).padStart(12, '0')}AAA`;
      this.#ids.set(key, id);
      this.#keys.set(shortId(id), key);
    }
    return id;
  }

  readonly put = (key: string, fields: Fields = {}): void => {
    this.store.put(key, fields);
    this.#note(key);
  };

  /** Keys of the records of a type whose field has the value. */
  find(type: string, field: string, value: string): string[] {
    const name = field.toLowerCase();
    const found = name === 'id' ? this.#byId(value) : this.#indexOf(name).get(value.toLowerCase());
    return [...(found ?? [])].filter(
      (key) => this.store.has(key) && (this.#types.get(key) ?? type) === type && this.#has(key, field, value),
    );
  }

  #byId(id: string): string[] {
    return [...new Set([this.#keys.get(shortId(id)), id])].filter((key) => key !== undefined);
  }

  #indexOf(name: string): Map<string, Set<string>> {
    let index = this.#indexes.get(name);
    if (index === undefined) {
      this.#indexes.set(name, (index = new Map()));
      for (const [key] of this.store.entries()) this.#note(key);
    }
    return index;
  }

  #note(key: string): void {
    for (const [name, index] of this.#indexes) {
      const value = String(this.value(key, name) ?? key).toLowerCase();
      index.set(value, (index.get(value) ?? new Set()).add(key));
    }
  }

  #has(key: string, field: string, value: string): boolean {
    if (field.toLowerCase() === 'id') return shortId(this.idOf(key)) === shortId(value);
    return String(this.value(key, field) ?? key).toLowerCase() === value.toLowerCase();
  }

  /** A field's value, whatever its case. */
  value(key: string, field: string): unknown {
    if (field.toLowerCase() === 'id') return this.idOf(key);
    const fields = Object.entries(this.store.stored(key) ?? {});
    return fields.find(([name]) => name.toLowerCase() === field.toLowerCase())?.[1];
  }

  update(type: string, id: string, fields: Fields): RowFate {
    const [key] = this.find(type, 'Id', id);
    if (key === undefined) return refusal('INVALID_CROSS_REFERENCE_KEY:invalid cross reference id');
    return this.#write(type, key, fields);
  }

  upsert(type: string, field: string, fields: Fields): RowFate {
    const value = String(fields[field] ?? '');
    if (value === '') return refusal(`MISSING_ARGUMENT:${field} not specified`);
    const [key = value] = this.find(type, field, value);
    return this.#write(type, key, fields);
  }

  /** A new record is named by its e-mail, else by its external id. */
  create(type: string, fields: Fields): RowFate {
    const name = fields.Email ?? Object.entries(fields).find(([field]) => /(id|key)__c$/i.test(field))?.[1];
    const key = typeof name === 'string' ? name : `new-${this.#ids.size}`;
    return this.#write(type, this.store.has(key) ? `${key}#${this.#ids.size}` : key, fields);
  }

  #write(type: string, key: string, fields: Fields): RowFate {
    const verdict = this.store.verdict(key);
    if (verdict === 'unprocessed') return verdict;
    if (verdict !== 'ok') return refusal(verdict);
    if (this.value(key, 'IsConverted') === true) {
      return refusal('CANNOT_UPDATE_CONVERTED_LEAD:cannot reference converted lead');
    }
    const created = !this.store.has(key);
    if (created) this.#types.set(key, type);
    this.store.write(key, fields);
    this.#note(key);
    return { id: this.idOf(key, type), created };
  }
}

function refusal(words: string): RowFate {
  const [statusCode = '', ...message] = words.split(':');
  return { error: { statusCode, message: message.join(':'), fields: [] } };
}
