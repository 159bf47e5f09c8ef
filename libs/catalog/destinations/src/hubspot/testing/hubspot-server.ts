import { createApiServer, type ApiAction, type ApiAnswer } from '../../testing/api-server';
import type { ReceivedRequest } from '../../testing/local-receiver';
import type { MadeApi } from '../../testing/made-api';
import { CrmRecords, spell } from './crm-records';

export interface HubspotServerOptions {
  readonly port?: number;
  /** The account's property with unique values. Default: external_id. */
  readonly idProperty?: string;
  /** Properties that exist. Default: every one. */
  readonly properties?: readonly string[];
  readonly order?: 'same' | 'reversed';
  /** The first token ends after so many requests, with this answer. */
  readonly token?: { readonly expires_after_request: number; readonly answer: ApiAnswer };
}

export interface HubspotServer extends MadeApi {
  readonly tokenRequests: number;
}

interface Input {
  readonly id?: string;
  readonly idProperty?: string;
  readonly objectWriteTraceId?: string;
  readonly properties: Readonly<Record<string, string>>;
}
interface Refused {
  readonly category: string;
  readonly message: string;
}
type Verb = 'read' | 'create' | 'update' | 'upsert';

const PATH = /^\/crm\/(?:v3\/objects|objects\/\d{4}-\d{2})\/(contacts|companies)\/batch\/(read|create|update|upsert)$/;
const TOKEN_PATH = /^\/oauth\/(v1|v3|\d{4}-\d{2})\/token$/;
const MAX_INPUTS = 100;
const AT = '2026-01-05T07:05:00.000Z';

/**
 * HubSpot's batch endpoints as its reference describes them, record by record. Verdicts: `ok`; `error:CODE:text`, in the errors
 * of a 207; `whole:409:CODE`, the request is refused while it holds this record.
 */
export async function createHubspotServer(options: HubspotServerOptions = {}): Promise<HubspotServer> {
  const { idProperty = 'external_id', port = 0 } = options;
  const account = new CrmRecords(idProperty);
  const tokens = new Tokens(options.token);
  const server = await createApiServer((request): ApiAction => {
    const [path = ''] = request.path.split('?');
    if (TOKEN_PATH.test(path)) return { isWrite: false, apply: () => tokens.issue(request) };
    const refused = tokens.refuse(request);
    if (refused !== null) return { isWrite: false, apply: () => refused };
    const [, object, verb] = PATH.exec(path) ?? [];
    if (object === undefined) return { isWrite: false, apply: () => failure(404, NO_ROUTE) };
    const apply = (): ApiAnswer => new Batch(account, object, verb as Verb, options).answer(request.body);
    return { isWrite: verb !== 'read', apply };
  }, port);
  const { store } = account;
  const known: Pick<MadeApi, 'stored' | 'writes' | 'put' | 'judge'> = {
    stored: (key) => store.stored(spell(key)),
    writes: (key) => store.writes(spell(key)),
    put: (key, fields) => account.put(key, fields),
    judge: (key, verdicts) => store.judge(spell(key), verdicts),
  };
  return Object.defineProperty(Object.assign(server, known), 'tokenRequests', {
    get: () => tokens.issued,
  }) as unknown as HubspotServer;
}

const NO_ROUTE: Refused = { category: 'NOT_FOUND', message: 'resource not found' };

const failure = (status: number, refused: Refused, context: object = {}): ApiAnswer => ({
  status,
  body: { status: 'error', correlationId: 'a43683b0-5717-4ceb-80b4-104d02915d8c', ...refused, context },
});

class Tokens {
  issued = 0;
  #requests = 0;
  #first: string | undefined;

  constructor(private readonly ends: HubspotServerOptions['token']) {}

  issue({ body }: ReceivedRequest): ApiAnswer {
    const form = new URLSearchParams(body);
    const isKnown = form.get('grant_type') === 'refresh_token' && (form.get('refresh_token') ?? '') !== 'unknown';
    if (!isKnown) {
      return failure(400, { category: 'BAD_REFRESH_TOKEN', message: 'missing or invalid refresh token' });
    }
    this.issued += 1;
    const refresh_token = form.get('refresh_token');
    return {
      status: 200,
      body: { token_type: 'bearer', access_token: `made-access-token-${this.issued}`, refresh_token, expires_in: 1800 },
    };
  }

  refuse({ headers }: ReceivedRequest): ApiAnswer | null {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    const none = { category: 'INVALID_AUTHENTICATION', message: 'Authentication credentials not found.' };
    if (token === undefined) return failure(401, none);
    this.#first ??= token;
    if (this.ends === undefined || token !== this.#first) return null;
    this.#requests += 1;
    return this.#requests > this.ends.expires_after_request ? this.ends.answer : null;
  }
}

/** One request to a batch endpoint. */
class Batch {
  constructor(
    private readonly account: CrmRecords,
    private readonly object: string,
    private readonly verb: Verb,
    private readonly options: HubspotServerOptions,
  ) {}

  answer(body: string): ApiAnswer {
    const { inputs, idProperty, properties } = JSON.parse(body) as {
      inputs: readonly Input[];
      idProperty?: string;
      properties?: readonly string[];
    };
    if (inputs.length > MAX_INPUTS) {
      return failure(400, { category: 'VALIDATION_ERROR', message: 'The maximum number of inputs is 100' });
    }
    const ids = inputs.map((input) => this.#sentId(input));
    const repeated = ids.find((id, at) => id !== '' && ids.indexOf(id) !== at);
    if (repeated !== undefined) {
      const message = `Duplicate IDs found in batch input: [${repeated}]. IDs must be unique`;
      return failure(400, { category: 'VALIDATION_ERROR', message }, { ids: [repeated] });
    }
    return this.verb === 'read' ? this.#read(inputs, idProperty, properties ?? []) : this.#write(inputs);
  }

  #sentId(input: Input): string {
    return spell(input.id ?? (this.verb === 'create' ? (this.account.keyOfNew(input.properties) ?? '') : ''));
  }

  #read(inputs: readonly Input[], idProperty: string | undefined, asked: readonly string[]): ApiAnswer {
    const keys = inputs.map(({ id = '' }) => this.account.keyOf(idProperty, id));
    const missing = inputs.filter((_input, at) => keys[at] === undefined).map(({ id }) => id);
    const results = keys
      .filter((key) => key !== undefined)
      .map((key) => this.#result(key, ['hs_object_id', 'createdate', 'lastmodifieddate', ...asked]));
    const errors = missing.length === 0 ? [] : [{ status: 'error', ...this.#notFound(), context: { ids: missing } }];
    return this.#done(results, errors);
  }

  #write(inputs: readonly Input[]): ApiAnswer {
    const property = inputs.find((input) => this.#isNotUnique(input))?.idProperty;
    if (property !== undefined || (this.verb === 'upsert' && inputs.some((input) => input.idProperty === undefined))) {
      const type = this.object === 'contacts' ? '0-1' : '0-2';
      const message = `Unable to perform update/upsert by non-unique ${type} property ${property ?? 'hs_object_id'}`;
      return failure(400, { category: 'VALIDATION_ERROR', message });
    }
    const judged = inputs.map((input) => ({ input, key: this.#keyOf(input) }));
    const refusals = judged.map(({ input, key }) => this.#refusalOf(input, key));
    const whole = refusals.find((refusal) => refusal !== null && refusal.status !== undefined);
    if (whole?.status !== undefined) return failure(whole.status, whole);
    // Without trace ids the first record that is refused refuses them all; what is not there never does.
    const isTraced = inputs.every(({ objectWriteTraceId }) => objectWriteTraceId !== undefined);
    const first = refusals.find((refusal) => refusal !== null && refusal.category !== 'OBJECT_NOT_FOUND');
    if (!isTraced && first) return failure(first.category === 'CONFLICT' ? 409 : 400, first);
    const results = judged.flatMap(({ input, key }, at) => (refusals[at] === null ? [this.#apply(input, key)] : []));
    const errors = judged.flatMap(({ input }, at) => {
      const refusal = refusals[at] ?? null;
      if (refusal === null) return [];
      const { objectWriteTraceId, id } = input;
      const trace = objectWriteTraceId === undefined ? {} : { objectWriteTraceId: [objectWriteTraceId] };
      const { category, message } = refusal;
      return [
        { status: 'error', category, message, context: { ...(id === undefined ? {} : { ids: [id] }), ...trace } },
      ];
    });
    return this.#done(results, errors);
  }

  #isNotUnique({ idProperty }: Input): boolean {
    if (this.verb === 'create' || idProperty === undefined) return false;
    return !this.account.isUnique(idProperty, this.verb) || (idProperty === 'email' && this.object !== 'contacts');
  }

  /** Of the record that is there, or of the one to be made; undefined: there is none. */
  #keyOf({ id = '', idProperty, properties }: Input): string | undefined {
    if (this.verb === 'create') return this.account.keyOfNew(properties);
    return this.account.keyOf(idProperty, id) ?? (this.verb === 'upsert' ? spell(id) : undefined);
  }

  #refusalOf({ properties }: Input, key: string | undefined): (Refused & { readonly status?: number }) | null {
    if (key === undefined) {
      if (this.verb === 'update') return this.#notFound();
      return { category: 'VALIDATION_ERROR', message: 'Required properties were not set' };
    }
    const [form, ...rest] = this.account.store.verdict(spell(key)).split(':');
    if (form === 'whole') {
      const [status, category = ''] = rest;
      return { status: Number(status), category, message: `The request was refused because of ${key}` };
    }
    if (form === 'error') return { category: rest[0] ?? '', message: rest.slice(1).join(':') };
    const unknown = Object.keys(properties).find((name) => this.options.properties?.includes(name) === false);
    if (unknown !== undefined) return noProperty(unknown);
    const existing = this.verb === 'create' ? this.account.propertiesOf(key).hs_object_id : undefined;
    const what = this.object === 'contacts' ? 'Contact' : 'Company';
    return existing ? { category: 'CONFLICT', message: `${what} already exists. Existing ID: ${existing}` } : null;
  }

  #apply({ id = '', idProperty, objectWriteTraceId, properties }: Input, key = ''): object {
    const isNew = this.account.propertiesOf(key).hs_object_id === undefined;
    const own = isNew && this.verb === 'upsert' && idProperty !== undefined ? { [idProperty]: spell(id) } : {};
    this.account.write(key, { ...properties, ...own });
    const names = ['hs_object_id', ...Object.keys(properties), ...(idProperty === undefined ? [] : [idProperty])];
    return {
      ...this.#result(key, names),
      ...(this.verb === 'upsert' ? { new: isNew } : {}),
      ...(objectWriteTraceId === undefined ? {} : { objectWriteTraceId }),
    };
  }

  #result(key: string, names: readonly string[]): object {
    const properties = this.account.propertiesOf(key);
    const shown = names.map((name) => [name, name.endsWith('date') ? AT : (properties[name] ?? null)] as const);
    return {
      id: properties.hs_object_id,
      properties: Object.fromEntries(shown),
      createdAt: AT,
      updatedAt: AT,
      archived: false,
    };
  }

  #notFound(): Refused {
    const type = this.object === 'contacts' ? 'CONTACT' : 'COMPANY';
    const message = `Could not get some ${type} objects, they may be deleted or not exist. Check that ids are valid.`;
    return { category: 'OBJECT_NOT_FOUND', message };
  }

  #done(results: readonly object[], errors: readonly object[]): ApiAnswer {
    const { order } = this.options;
    return {
      status: errors.length > 0 ? 207 : this.verb === 'create' ? 201 : 200,
      body: {
        status: 'COMPLETE',
        results: order === 'reversed' ? [...results].reverse() : results,
        ...(errors.length === 0 ? {} : { numErrors: errors.length, errors }),
        startedAt: AT,
        completedAt: AT,
      },
    };
  }
}

function noProperty(name: string): Refused {
  const message = `Property "${name}" does not exist`;
  const words = [{ isValid: false, message, error: 'PROPERTY_DOESNT_EXIST', name, localizedErrorMessage: message }];
  return { category: 'VALIDATION_ERROR', message: `Property values were not valid: ${JSON.stringify(words)}` };
}
