/**
 * Marks a text that stands for a number while JSON.parse and JSON.stringify do the work. It is an unpaired surrogate, which
 * no text has that `readJson` read: nobody can send it.
 */
export const MARK = '\udc00';

/** The mark as JSON writes it. */
export const ESCAPED_MARK = '\\udc00';
