const ODD_END = /^[^\x21-\x7e]|[^\x21-\x7e]$/;
const ENDS = /^[\s\p{Cc}\p{Cf}]+|[\s\p{Cc}\p{Cf}]+$/gu;

/** Without blanks, control characters and invisible ones at both ends. */
export const trimEnds = (text: string): string => (ODD_END.test(text) ? text.replace(ENDS, '') : text);
