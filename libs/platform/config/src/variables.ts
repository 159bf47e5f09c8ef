import { z } from 'zod';

/**
 * Variables are text. Each helper reads one kind of text, says in `expected` what it wants, and takes an optional
 * default; without one the variable is required unless `.optional()` is added. Put `.describe('...')` last.
 */
declare module 'zod' {
  interface GlobalMeta {
    /** Never shown, and readable from the file named by `<NAME>_FILE`. */
    secret?: boolean;
    /** What a value must look like, as the end of "expected ...". */
    expected?: string;
  }
}

interface NumberRange {
  readonly min?: number;
  readonly max?: number;
}

const numberFromText = z.string().transform((text, context) => {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  context.addIssue({ code: 'custom', message: 'not a number' });
  return z.NEVER;
});

/** A TCP port; 0 lets the system choose a free one. */
export function port(defaultValue: number) {
  return numberFromText
    .pipe(z.number().int().min(0).max(65_535))
    .meta({ expected: 'a port number, 0 to 65535' })
    .default(defaultValue);
}

/** A whole number within the range. */
export function integer(defaultValue: number, range: NumberRange = {}) {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = range;
  return numberFromText
    .pipe(z.number().int().min(min).max(max))
    .meta({ expected: `a whole number, ${rangeInWords(range, min)}` })
    .default(defaultValue);
}

/** Any number within the range, fractions included. */
export function decimal(defaultValue: number, range: NumberRange = {}) {
  const { min = 0, max = Number.MAX_VALUE } = range;
  return numberFromText
    .pipe(z.number().min(min).max(max))
    .meta({ expected: `a number, ${rangeInWords(range, min)}` })
    .default(defaultValue);
}

/** A duration in seconds, fractions allowed; the variable's name must end with `_SECONDS`. */
export function seconds(defaultValue: number, range: NumberRange = {}) {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = range;
  return numberFromText
    .pipe(z.number().min(min).max(max))
    .meta({ expected: `a number of seconds, ${rangeInWords(range, min)}` })
    .default(defaultValue);
}

/** A password, key or token: redacted everywhere, and readable from the file named by `<NAME>_FILE`. */
export function secret() {
  return z.string().min(1).meta({ secret: true, expected: 'a secret' });
}

const urlText = z.string().transform((text, context) => {
  if (URL.canParse(text) && /^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text.replace(/\/+$/, '');
  context.addIssue({ code: 'custom', message: 'not a URL' });
  return z.NEVER;
});

/** An absolute URL, without its trailing slash. */
export function url(): z.ZodType<string>;
export function url(defaultValue: string): z.ZodDefault<z.ZodType<string>>;
export function url(defaultValue?: string): z.ZodType<string> {
  const schema: z.ZodType<string> = urlText.meta({ expected: 'an absolute URL such as http://127.0.0.1:8123' });
  return defaultValue === undefined ? schema : schema.default(defaultValue);
}

/** Comma-separated words; spaces around them are dropped and so are empty ones. */
export function list(): z.ZodType<readonly string[]>;
export function list(defaultValue: readonly string[]): z.ZodDefault<z.ZodType<readonly string[]>>;
export function list(defaultValue?: readonly string[]): z.ZodType<readonly string[]> {
  const schema: z.ZodType<readonly string[]> = z
    .string()
    .transform((text): readonly string[] =>
      text
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    )
    .meta({ expected: 'words separated by commas' });
  return defaultValue === undefined ? schema : schema.default(defaultValue);
}

const TRUE_WORDS = ['true', '1', 'yes', 'on'];
const FALSE_WORDS = ['false', '0', 'no', 'off'];

/** true or false; 1/0, yes/no and on/off mean the same. */
export function flag(defaultValue = false) {
  return z
    .string()
    .transform((text, context) => {
      const word = text.trim().toLowerCase();
      if (TRUE_WORDS.includes(word)) return true;
      if (FALSE_WORDS.includes(word)) return false;
      context.addIssue({ code: 'custom', message: 'neither true nor false' });
      return z.NEVER;
    })
    .meta({ expected: 'true or false' })
    .default(defaultValue);
}

/** An IANA time zone such as America/New_York. */
export function timeZone(defaultValue: string) {
  return z
    .string()
    .refine((text) => {
      try {
        new Intl.DateTimeFormat('en', { timeZone: text });
        return true;
      } catch {
        return false;
      }
    }, 'unknown time zone')
    .meta({ expected: 'an IANA time zone such as America/New_York' })
    .default(defaultValue);
}

function rangeInWords(range: NumberRange, min: number): string {
  return range.max === undefined ? `${min} or more` : `${min} to ${range.max}`;
}
