import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface HeldOutTitle {
  readonly language: string;
  readonly title: string;
  /** Empty: the title does not say. */
  readonly seniority: string;
  readonly department: string;
}

/**
 * Titles with what they say, labelled before the table was written. No entry of the table is made for one of them: a title
 * that is misread stays so, or it measures nothing.
 */
export function heldOutTitles(): HeldOutTitle[] {
  return readFileSync(join(__dirname, 'held-out-titles.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [language = '', title = '', seniority = '', department = ''] = line.split(';');
      return { language, title, seniority, department };
    });
}
