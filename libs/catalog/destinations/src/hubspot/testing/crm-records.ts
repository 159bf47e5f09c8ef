import { RecordStore } from '../../testing/record-store';

type Properties = Readonly<Record<string, string | null>>;

/** Records of a made HubSpot account and the properties with unique values that they are found by. */
export class CrmRecords {
  readonly store = new RecordStore();
  readonly #idProperty: string;
  readonly #keys = new Map<string, string>();
  #nextId = 500;

  constructor(idProperty: string) {
    this.#idProperty = idProperty;
  }

  /** Whether records can be found by a property in `update` and `upsert`; e-mails in `upsert` only. */
  isUnique(name: string, verb: string): boolean {
    return name === this.#idProperty || (name === 'email' && verb !== 'update');
  }

  /** By a property, or by the record id. */
  keyOf(idProperty: string | undefined, id: string): string | undefined {
    return this.#keys.get(handle(idProperty ?? 'hs_object_id', id));
  }

  /** The key by which a test knows a record that is to be made. */
  keyOfNew(properties: Properties): string | undefined {
    const key = properties.email ?? properties[this.#idProperty];
    return key === undefined || key === null ? undefined : spell(key);
  }

  propertiesOf(key: string): Properties {
    return (this.store.stored(spell(key)) ?? {}) as Properties;
  }

  /** Merges properties in; an empty one is cleared. */
  write(key: string, properties: Properties): void {
    const own = spell(key);
    const values = Object.entries(properties).map(([name, value]) => [name, value === '' ? null : value] as const);
    const id = this.propertiesOf(own).hs_object_id ?? String((this.#nextId += 1));
    this.store.write(own, { hs_object_id: id, ...Object.fromEntries(values) });
    this.#index(own);
  }

  /** As if somebody had made it by hand: a contact by its e-mail, else a record by its own id and its record id. */
  put(key: string, properties: Readonly<Record<string, unknown>> = {}): void {
    const own = spell(key);
    const ids = key.includes('@')
      ? { hs_object_id: String((this.#nextId += 1)), email: own }
      : { hs_object_id: key, [this.#idProperty]: key };
    this.store.put(own, { ...ids, ...properties });
    this.#index(own);
  }

  #index(key: string): void {
    const properties = this.propertiesOf(key);
    for (const name of ['hs_object_id', 'email', this.#idProperty]) {
      const value = properties[name];
      if (typeof value === 'string') this.#keys.set(handle(name, value), key);
    }
    const further = (properties.hs_additional_emails ?? '').split(';').filter((email) => email !== '');
    for (const email of further) this.#keys.set(handle('email', email), key);
  }
}

/** HubSpot keeps e-mails in lower case. */
export const spell = (key: string): string => (key.includes('@') ? key.trim().toLowerCase() : key);

const handle = (name: string, value: string): string => `${name}=${spell(value)}`;
