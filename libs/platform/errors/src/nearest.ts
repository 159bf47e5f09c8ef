/** Changes of one letter (replaced, added, left out, swapped with its neighbour) that turn one word into the other. */
function distance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const now = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      let best = Math.min(at(last, column) + 1, at(now, column - 1) + 1, at(last, column - 1) + (isSame ? 0 : 1));
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        best = Math.min(best, at(beforeLast, column - 2) + 1);
      }
      now.push(best);
    }
    [beforeLast, last] = [last, now];
  }
  return at(last, right.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? 0;

const LONGEST_COMPARED = 100;
const comparable = (text: string): string =>
  text
    .slice(0, LONGEST_COMPARED)
    .toLowerCase()
    .replace(/[\s_-]+/g, '_');

/** Names without repetition, the nearest to what was typed first; case, `-` and `_` make no difference. */
export function nearestFirst(typed: string, known: readonly string[]): string[] {
  const wanted = comparable(typed);
  return [...new Set(known)]
    .map((name) => ({ name, far: howFar(wanted, comparable(name)) }))
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

/** Whoever types a part of a dotted name, or of any name, means it: nearer than a word with other letters. */
function howFar(wanted: string, candidate: string): number {
  const letters = distance(wanted, candidate);
  if (wanted.length < 2 || letters < 1) return letters;
  const isPart = candidate.split(/[./]/).includes(wanted);
  const isHeld = candidate.includes(wanted) || wanted.includes(candidate);
  return isPart || isHeld ? (isPart ? 0 : 1) + letters / 1_000 : letters;
}

const MOST_SHOWN = 12;

/** `lead_score, person_days and 3 more`: what there is, the nearest first; `none` when there is nothing. */
export function namesInWords(typed: string, known: readonly string[]): string {
  const names = nearestFirst(typed, known);
  const more = names.length - MOST_SHOWN;
  if (names.length === 0) return 'none';
  return more > 0 ? `${names.slice(0, MOST_SHOWN).join(', ')} and ${more} more` : names.join(', ');
}
