import { UsageError } from '@millrace/platform-errors';
import { InvalidArgumentError } from 'commander';

export interface WholeRange {
  readonly min: number;
  readonly max: number;
  /** What is counted, such as seconds. */
  readonly unit?: string;
}

/** Reads an option's argument as a whole number within the range; commander names the option and exits with 2. */
export function wholeNumber({ min, max, unit }: WholeRange): (text: string) => number {
  const of = unit === undefined ? '' : ` of ${unit}`;
  return (text) => {
    const value = Number(text);
    if (/^\d{1,15}$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Give a whole number${of}, ${min} to ${max}.`);
  };
}

/** Reads what was typed at `place` (an option or an argument); a RangeError of `read` says what is wrong with it. */
export function readTyped<Value>(place: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`${place}: ${error.message}`, { cause: error });
  }
}
