import { httpProxy, type HttpProxy } from '@millrace/platform-testing';

/** Errors of a ClickHouse server that is there but cannot take a write. */
export const REFUSALS = {
  'too many parts': { code: 252, name: 'TOO_MANY_PARTS' },
  'read-only': { code: 164, name: 'READONLY' },
  'out of disk': { code: 243, name: 'NOT_ENOUGH_SPACE' },
  'out of memory': { code: 241, name: 'MEMORY_LIMIT_EXCEEDED' },
} as const;
export type Refusal = keyof typeof REFUSALS;

export interface RefusingProxy extends HttpProxy {
  /** Inserts that were refused so far. */
  readonly refused: number;
  /** Answers every insert with this error; null forwards again. */
  refuse(what: Refusal | null): void;
}

/** An HTTP proxy in front of ClickHouse that can answer inserts in its place. */
export async function refusingProxy(target: string): Promise<RefusingProxy> {
  let refusal: Refusal | null = null;
  let refused = 0;
  const proxy = await httpProxy(target, ({ url, statement }) => {
    if (refusal === null || !/^insert\b/i.test(statement)) return url;
    const { code, name } = REFUSALS[refusal];
    refused += 1;
    return {
      status: 500,
      headers: { 'X-ClickHouse-Exception-Code': String(code), 'content-type': 'text/plain' },
      text: `Code: ${code}. DB::Exception: a test says so. (${name})\n`,
    };
  });
  return {
    ...proxy,
    get refused() {
      return refused;
    },
    refuse: (what) => {
      refusal = what;
    },
  };
}
