const ODD = /[\s\p{Cc}\p{Cf}]/u;

/** Without blanks, control characters and invisible ones at both ends. In linear time: senders choose the length. */
export function trimEnds(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isOdd(text, start)) start++;
  while (end > start && isOdd(text, end - 1)) end--;
  return text.slice(start, end);
}

/** Letters, digits and signs of ASCII are spared the pattern. */
function isOdd(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code < 0x21 || code > 0x7e) && ODD.test(text.charAt(at));
}
