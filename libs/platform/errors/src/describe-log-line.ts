interface LoggedError {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly advice?: unknown;
  readonly cause?: unknown;
}

/** Longest of a line that people read; a driver may have logged a whole query. */
const LONGEST_LINE = 500;
const STACK = /^\s+(?:at |\.\.\. \d+ (?:more|common frames))/;
const BANNER = /^(?:node:|Node\.js v\d|\s*\^+\s*$)/;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function causesOf(error: unknown, depth = 0): string[] {
  if (!isRecord(error) || depth > 5) return [];
  const { message, code, cause }: LoggedError = error;
  const text = typeof message === 'string' ? message : '';
  const named = depth === 0 && typeof code === 'string' && !text.startsWith(code) ? `${code}: ${text}` : text;
  return [named, ...causesOf(cause, depth + 1)].filter((part) => part !== '');
}

/** A logged error as one clause, with its way out. Parts that `said` contains already are left out. */
function describeLogged(error: unknown, said: string): string {
  const causes = causesOf(error).filter((part, index, all) => !said.includes(part) && all.indexOf(part) === index);
  const advice = isRecord(error) && typeof error['advice'] === 'string' ? error['advice'] : '';
  const wayOut = advice === '' || said.includes(advice) ? '' : `. ${advice}`;
  return `${causes.join(', because ')}${wayOut}`;
}

/**
 * A line of a service's log for people: of a JSON line its level, message and error, of any other the text. Stack traces are
 * for the log itself: undefined.
 */
export function describeLogLine(line: string): string | undefined {
  const parsed = parse(line);
  if (parsed === undefined) {
    if (line.trim() === '' || STACK.test(line) || BANNER.test(line)) return undefined;
    return cut(line.trimEnd());
  }
  const message = typeof parsed['msg'] === 'string' ? parsed['msg'] : '';
  const level = typeof parsed['level'] === 'string' ? parsed['level'] : 'log';
  const error = parsed['err'] ?? parsed['error'];
  const why = typeof error === 'string' ? error : describeLogged(error, message);
  return cut(`${level}: ${[message, why].filter((part) => part !== '').join(': ')}`);
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) && ('msg' in value || 'level' in value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const cut = (text: string): string => {
  const line = text.replace(/\s+/g, ' ');
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}...` : line;
};
