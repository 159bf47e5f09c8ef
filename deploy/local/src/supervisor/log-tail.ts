import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { describeLogLine } from '@millrace/platform-errors';

const TAIL_BYTES = 65_536;
/** What `describeError` writes: a service that does not start says one such line. */
const SAID_IN_FULL = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+: /;
const SEVERE = /^(?:error|fatal): |\b(?:ERROR|FATAL)\b/;

/** Where the next process that appends to a log will begin. */
export const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const readEnd = (file: string, from: number): string => {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const { size } = fstatSync(descriptor);
    const begin = Math.max(from, size - TAIL_BYTES);
    const buffer = Buffer.alloc(Math.max(0, size - begin));
    readSync(descriptor, buffer, 0, buffer.length, begin);
    return buffer.toString('utf8');
  } catch {
    return '';
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
};

/** The last lines of a log in plain words, from a byte on; none when the file cannot be read. */
export const logTail = (file: string, { lines = 8, from = 0 } = {}): string[] =>
  readEnd(file, from)
    .split('\n')
    .flatMap((line) => describeLogLine(line) ?? [])
    .slice(-lines);

/** Why a process ended, as its log says it: what it said in full, else its last severe line, else its last line. */
export const reasonIn = (file: string, from = 0): string | undefined => {
  const lines = logTail(file, { lines: Number.MAX_SAFE_INTEGER, from });
  return lines.find((line) => SAID_IN_FULL.test(line)) ?? lines.findLast((line) => SEVERE.test(line)) ?? lines.at(-1);
};
