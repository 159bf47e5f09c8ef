/** An error with ClickHouse's number and name, so that clients parse it as one of the server's own. */
export class GatewayError extends Error {
  constructor(
    readonly code: number,
    readonly type: string,
    message: string,
  ) {
    super(`Code: ${code}. DB::Exception: ${message} (${type})`);
    this.name = 'GatewayError';
  }
}

export const badRequest = (message: string): GatewayError => new GatewayError(36, 'BAD_ARGUMENTS', message);

export const notImplemented = (message: string): GatewayError =>
  new GatewayError(
    48,
    'NOT_IMPLEMENTED',
    `${message} (the local gateway over chDB cannot do this; a ClickHouse server can)`,
  );

export const syntaxError = (message: string): GatewayError => new GatewayError(62, 'SYNTAX_ERROR', message);

/** The number in `Code: 60. DB::Exception: ...`; 1001 (STD_EXCEPTION) when there is none. */
export const codeOf = (error: unknown): number => {
  const match = /Code: (\d+)\./.exec(error instanceof Error ? error.message : String(error));
  return match ? Number(match[1]) : 1001;
};

/** The status a ClickHouse server answers for a code; 500 unless listed (HTTPHandler::exceptionCodeToHTTPStatus). */
const STATUS: Readonly<Record<number, number>> = {
  36: 400,
  62: 400,
  47: 404,
  60: 404,
  81: 404,
  46: 404,
  41: 400,
  27: 400,
  26: 400,
  25: 400,
  70: 400,
  69: 400,
  53: 400,
  6: 400,
  38: 400,
  72: 400,
  28: 400,
  117: 400,
  48: 501,
  159: 408,
  516: 401,
  497: 403,
  241: 500,
  252: 500,
};

export const statusOf = (code: number): number => STATUS[code] ?? 500;
