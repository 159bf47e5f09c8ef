const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** What is wrong inside of a JSON string, and where. */
interface StringProblem {
  readonly problem: string;
  readonly at: number;
}

/** The place behind the JSON string that begins at `start`, or what is wrong with it. */
export function endOfString(body: string, start: number): number | StringProblem {
  for (let at = start + 1; at < body.length;) {
    const code = body.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code < FIRST_PRINTABLE) {
      const name = `\\u${code.toString(16).padStart(4, '0')}`;
      return { problem: `a control character that is written ${name} stands inside of a text`, at };
    }
    if (code === BACKSLASH) {
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(body) && at + 1 < body.length) {
        return { problem: `${body.slice(at, at + 2)} is not an escape of JSON`, at };
      }
      at = ESCAPE.lastIndex > at ? ESCAPE.lastIndex : body.length;
    } else at += 1;
  }
  return { problem: 'a text without an end begins', at: start };
}
