import { describeError, MillraceError } from '@millrace/platform-errors';

/** What a doctor saw at one place. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do; empty when all is well. */
  readonly advice: string;
}

export type Look = Omit<Finding, 'check'>;

export const fine = (detail: string): Look => ({ ok: true, detail, advice: '' });
export const wrong = (detail: string, advice: string): Look => ({ ok: false, detail, advice });

/** Looks at one place. What is thrown is a finding too; its own advice goes before `otherwise`. */
export async function examinePlace(
  check: string,
  look: () => Look | Promise<Look>,
  otherwise: string = '',
): Promise<Finding> {
  try {
    return { check, ...(await look()) };
  } catch (error) {
    return { check, ...wrong(describeError(error, { withAdvice: false }), adviceOf(error) ?? otherwise) };
  }
}

const adviceOf = (error: unknown): string | undefined => (error instanceof MillraceError ? error.advice : undefined);
