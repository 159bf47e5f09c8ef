/** A fenced block that says which file it is. */
export interface FileBlock {
  readonly kind: 'file';
  readonly path: string;
  readonly text: string;
  /** True: it is added at the file's end; false: it is the whole file. */
  readonly isAppended: boolean;
}

/** A line to type in a terminal, and what is seen. */
export interface CommandBlock {
  readonly kind: 'command';
  readonly command: string;
  /** Lines of its output, in order; `...` in one stands for anything. */
  readonly shows: readonly string[];
  /** `ends`: with 0; `fails`: with anything else; `runs`: it goes on while the guide is followed, and shows these lines once it is there. */
  readonly then: 'ends' | 'fails' | 'runs';
}

export type Block = FileBlock | CommandBlock;

/** What is below one heading. */
export interface Step {
  readonly heading: string;
  readonly blocks: readonly Block[];
}

const FENCE = /^```(.*)\n([\s\S]*?)^```$/gm;
const HEADING = /^#+ (.+)$/gm;

/**
 * The steps of a guide that have something to do. Of a fence's info string the second word says it all: a path (with `append` behind
 * it), or of a `console` nothing, `fails` or `runs`. Other fences are to read, not to do. Throws for what is none of these.
 */
export function readGuide(text: string): readonly Step[] {
  const headings = [...text.replace(FENCE, (whole) => whole.replace(/^#/gm, ' ')).matchAll(HEADING)];
  const steps = headings.map((heading, index) => ({
    heading: heading[1] ?? '',
    blocks: blocksOf(text.slice(heading.index, headings[index + 1]?.index)),
  }));
  return steps.filter(({ blocks }) => blocks.length > 0);
}

const blocksOf = (text: string): Block[] =>
  [...text.matchAll(FENCE)].flatMap(([, info = '', content = '']) => readBlock(info.trim(), content));

function readBlock(info: string, content: string): readonly Block[] {
  const [language = '', second = '', third = '', ...more] = info.split(' ');
  if (language === 'console') {
    if (!['', 'fails', 'runs'].includes(second) || third !== '')
      throw new Error(`\`\`\`${info}: say fails, runs or nothing`);
    return readCommands(content, second === '' ? 'ends' : (second as 'fails' | 'runs'));
  }
  if (second === '') return [];
  const isPath = /^[\w.-]+(\/[\w.-]+)*$/.test(second) && !second.split('/').includes('..');
  if (!isPath || !['', 'append'].includes(third) || more.length > 0) {
    throw new Error(`\`\`\`${info}: say the file's path, and "append" if it is added at its end`);
  }
  return [{ kind: 'file', path: second, text: content, isAppended: third === 'append' }];
}

/** `$ ` begins a command, `> ` goes on with it, all else is shown by it. */
function readCommands(content: string, then: CommandBlock['then']): CommandBlock[] {
  const commands: { command: string; shows: string[] }[] = [];
  for (const line of content.split('\n')) {
    const last = commands.at(-1);
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), shows: [] });
    else if (last === undefined) throw new Error(`A console begins with "$ ", not with ${JSON.stringify(line)}`);
    else if (line.startsWith('> ') && last.shows.length === 0) last.command += `\n${line.slice(2)}`;
    else if (line.trim() !== '') last.shows.push(line);
  }
  return commands.map(({ command, shows }) => ({ kind: 'command', command, shows, then }));
}

/** The first line that is not shown after those before it; null when all are. */
export function missingLine(shows: readonly string[], output: string): string | null {
  const lines = output.split('\n').map(inOneSpace);
  let at = 0;
  for (const shown of shows) {
    const pattern = patternOf(inOneSpace(shown));
    const found = lines.findIndex((line, index) => index >= at && pattern.test(line));
    if (found === -1) return shown;
    at = found + 1;
  }
  return null;
}

/** Columns of a table are as wide as what stands in them. */
const inOneSpace = (line: string): string => line.trim().replace(/\s+/g, ' ');

const patternOf = (shown: string): RegExp =>
  new RegExp(
    `^${shown
      .split('...')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );
