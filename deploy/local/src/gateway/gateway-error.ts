/** An error with ClickHouse's number and name, so that clients parse it as one of the server's own. */
export class GatewayError extends Error {
  constructor(code: number, type: string, message: string) {
    super(`Code: ${code}. DB::Exception: ${message} (${type})`);
    this.name = 'GatewayError';
  }
}

export const badRequest = (message: string): GatewayError => new GatewayError(36, 'BAD_ARGUMENTS', message);

export const notImplemented = (message: string): GatewayError =>
  new GatewayError(48, 'NOT_IMPLEMENTED', `${message} by the local gateway over chDB. A ClickHouse server can do it.`);

export const syntaxError = (message: string): GatewayError => new GatewayError(62, 'SYNTAX_ERROR', message);

/** 1001 is ClickHouse's own number for an error that has none. */
const STD_EXCEPTION = 1001;

/** The number in `Code: 60. DB::Exception: ...`. */
export const codeOf = (message: string): number => {
  const match = /Code: (\d+)\./.exec(message);
  return match ? Number(match[1]) : STD_EXCEPTION;
};

/** The message in ClickHouse's form, which the engine's own errors have already. */
export const toMessage = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error);
  return /^Code: \d+\./.test(message) ? message : `Code: ${STD_EXCEPTION}. DB::Exception: ${message} (STD_EXCEPTION)`;
};

const BAD_REQUEST = [6, 25, 26, 27, 28, 36, 38, 41, 43, 44, 50, 53, 62, 69, 70, 72, 117, 354];
const NOT_FOUND = [46, 47, 60, 81];

const STATUS: ReadonlyMap<number, number> = new Map([
  ...BAD_REQUEST.map((code): [number, number] => [code, 400]),
  ...NOT_FOUND.map((code): [number, number] => [code, 404]),
  [48, 501],
  [159, 408],
  [164, 403],
  [373, 423],
]);

/** The HTTP status a ClickHouse server answers for an error: 500 unless it is the caller's. */
export const statusOf = (code: number): number => STATUS.get(code) ?? 500;
