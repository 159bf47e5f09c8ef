import { ConfigError, ContractError, RetryableError } from '@millrace/platform-errors';

export interface RegistryClientOptions {
  /** With the path of the Confluent API, as in http://127.0.0.1:8081/apis/ccompat/v7. */
  readonly url: string;
  readonly timeoutMs?: number;
  readonly auth?: { readonly username: string; readonly password: string };
}

export type RegistryAnswer =
  | { readonly ok: true; readonly body: unknown }
  /** The registry understood and said no: `errorCode` is Confluent's (40401 subject, 40402 version, 40403 schema). */
  | { readonly ok: false; readonly status: number; readonly errorCode: number; readonly message: string };

export type RegistryRequest = (method: string, path: string, body?: unknown) => Promise<RegistryAnswer>;

const CONTENT_TYPE = 'application/vnd.schemaregistry.v1+json';

/**
 * One request to the registry. A registry that does not answer, answers 5xx or answers something that is not its own
 * error body throws a RetryableError: only its own words count as a verdict.
 */
export function createRegistryRequest(options: RegistryClientOptions): RegistryRequest {
  const base = options.url.replace(/\/+$/, '');
  const headers: Record<string, string> = { accept: CONTENT_TYPE, 'content-type': CONTENT_TYPE };
  if (options.auth !== undefined) {
    const { username, password } = options.auth;
    headers['authorization'] = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }
  return async (method, path, body) => {
    const url = `${base}${path}`;
    let status: number;
    let text: string;
    try {
      const response = await fetch(url, {
        method,
        headers,
        signal: AbortSignal.timeout(options.timeoutMs ?? 5_000),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      throw away('The schema registry does not answer', url, error);
    }
    if (status === 401 || status === 403) {
      throw new ConfigError('The schema registry refuses the credentials', {
        code: 'REGISTRY_UNAVAILABLE',
        details: { url, status },
        advice: 'Let it answer without credentials, or through a proxy that adds them: Millrace sends none',
      });
    }
    const json = parseJson(text);
    if (status >= 200 && status < 300 && json !== undefined) return { ok: true, body: json };
    const refusal = refusalOf(json);
    if (status >= 500 || status === 429 || status === 408 || refusal === undefined) {
      throw away(`The schema registry answered ${status}`, url, text.slice(0, 200));
    }
    return { ok: false, status, ...refusal };
  };
}

/** The error for a refusal nobody handles: the request itself was wrong. */
export function refusalError(doing: string, answer: Extract<RegistryAnswer, { ok: false }>): ContractError {
  return new ContractError(`${doing}: ${answer.message}`, {
    actor: 'developer',
    code: answer.status === 409 ? 'SCHEMA_INCOMPATIBLE' : 'CONTRACT_VIOLATED',
    details: { status: answer.status, errorCode: answer.errorCode },
  });
}

function away(message: string, url: string, cause: unknown): RetryableError {
  return new RetryableError(message, {
    code: 'REGISTRY_UNAVAILABLE',
    cause,
    details: { url },
    advice: 'Check that SCHEMA_REGISTRY_URL is right (with its path) and that the registry runs; locally: npm start',
  });
}

function refusalOf(json: unknown): { errorCode: number; message: string } | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { error_code: errorCode, message } = json as { error_code?: unknown; message?: unknown };
  if (typeof errorCode !== 'number') return undefined;
  return { errorCode, message: typeof message === 'string' ? message : '' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
