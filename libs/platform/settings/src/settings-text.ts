import { ConfigError } from '@millrace/platform-errors';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';

/** What a settings file says, and where it says it. */
export interface SettingsText {
  /** Names the file in errors. */
  readonly file: string;
  readonly value: unknown;
  /** `file:line:column` of a key, or of what is nearest above it. */
  locate(path: readonly PropertyKey[]): string;
}

/** Reads YAML; JSON is YAML too. All mistakes of syntax are raised at once as a ConfigError, each with its place. */
export function parseSettingsText(text: string, file: string): SettingsText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeOf = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const broken = document.errors.map(({ pos: [offset], message }) => `  ${placeOf(offset)} ${message}`);
  if (broken.length > 0) {
    throw new ConfigError([`${file} is not valid YAML or JSON:`, ...broken].join('\n'), {
      code: 'FILE_INVALID',
      advice: 'Correct the lines named',
    });
  }
  return { file, value: valueOf(document, file), locate: (path) => placeOf(offsetOf(document, path)) };
}

/** Aliases that multiply are refused by the parser. */
function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new ConfigError(`${file} cannot be read: its aliases lead nowhere, or to too much`, {
      code: 'FILE_INVALID',
      cause,
    });
  }
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(step));
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = startOf(node) ?? offset;
    } else return offset;
  }
  return offset;
}

const startOf = (node: unknown): number | undefined =>
  typeof node === 'object' && node !== null && 'range' in node ? (node.range as [number] | null)?.[0] : undefined;
