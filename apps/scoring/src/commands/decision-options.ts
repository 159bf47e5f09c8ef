import { hostname, userInfo } from 'node:os';

import type { JsonOption } from '@millrace/platform-commands';
import { UsageError } from '@millrace/platform-errors';
import type { Command } from 'commander';

export interface DecisionOptions extends JsonOption {
  readonly note: string;
  readonly author: string;
}

const LONGEST_NOTE = 500;
const LONGEST_AUTHOR = 100;

/** Of a command that decides something: why, and who. */
export const withDecisionOptions = (command: Command): Command =>
  command
    .requiredOption('--note <text>', 'why, for whoever reads it later')
    .option('--author <name>', 'who decides', `${userInfo().username}@${hostname()}`)
    .option('--json', 'print one JSON object');

/** Trimmed, and neither empty nor too long. Throws UsageError. */
export const saidBy = ({ note, author }: DecisionOptions): { readonly note: string; readonly author: string } => ({
  note: bounded('--note', note, LONGEST_NOTE),
  author: bounded('--author', author, LONGEST_AUTHOR),
});

function bounded(option: string, text: string, longest: number): string {
  const trimmed = text.trim();
  if (trimmed !== '' && trimmed.length <= longest) return trimmed;
  throw new UsageError(`${option}: give 1 to ${longest} characters`);
}
