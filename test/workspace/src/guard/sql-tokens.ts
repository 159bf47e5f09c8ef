export interface SqlToken {
  /** `name`: a word, a quoted identifier or a placeholder, keywords included. */
  readonly kind: 'name' | 'text' | 'sign';
  /** Without quotes. */
  readonly text: string;
  readonly isQuoted: boolean;
}

const FORMS = [
  /--[^\n]*|#![^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\s+/y,
  /'((?:\\.|''|[^'\\])*)'/y,
  /`((?:\\.|[^`\\])*)`|"((?:\\.|[^"\\])*)"/y,
  /(\{\{\w+\}\}|\{\s*\w+\s*:[^{}]*\}|[A-Za-z_]\w*)/y,
  /(\d[\w.]*|->|::|[^\s])/y,
] as const;

/** Words, texts and signs of ClickHouse SQL; comments are left out, `{name: Type}` and `{{name}}` are names. */
export function sqlTokens(sql: string): SqlToken[] {
  const [blank, text, quoted, name, sign] = FORMS;
  const tokens: SqlToken[] = [];
  let at = 0;
  const take = (form: RegExp): string | undefined => {
    form.lastIndex = at;
    const match = form.exec(sql);
    if (match === null) return undefined;
    at = form.lastIndex;
    return match.slice(1).find((group) => group !== undefined) ?? '';
  };
  while (at < sql.length) {
    if (take(blank) !== undefined) continue;
    const forms = [
      { form: text, kind: 'text', isQuoted: true },
      { form: quoted, kind: 'name', isQuoted: true },
      { form: name, kind: 'name', isQuoted: false },
      { form: sign, kind: 'sign', isQuoted: false },
    ] as const;
    for (const { form, kind, isQuoted } of forms) {
      const found = take(form);
      if (found === undefined) continue;
      tokens.push({ kind, text: found, isQuoted });
      break;
    }
  }
  return tokens;
}
