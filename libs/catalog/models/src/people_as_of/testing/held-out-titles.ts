import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface HeldOutTitle {
  readonly language: string;
  readonly title: string;
  /** Empty: the title does not say. */
  readonly seniority: string;
  readonly department: string;
}

/** `titles`: before the table was written; `kinds`: before it was widened; `fresh`: after that. */
export const HELD_OUT = ['titles', 'kinds', 'fresh'] as const;

/**
 * Titles with what they say, each list labelled before the table had read it. The table was widened by what it misread of `kinds`,
 * which measures nothing since. Of the other two a title that is misread stays so: no entry is made for it.
 */
export function heldOutTitles(list: (typeof HELD_OUT)[number]): HeldOutTitle[] {
  const [head = '', ...lines] = readFileSync(join(__dirname, `held-out-${list}.csv`), 'utf8')
    .trim()
    .split('\n');
  const columns = head.split(';');
  return lines.map((line) => {
    const cells = line.split(';');
    const cell = (column: string): string => cells[columns.indexOf(column)] ?? '';
    const [language, title] = [cell('language'), cell('title')];
    return { language, title, seniority: cell('seniority'), department: cell('department') };
  });
}
