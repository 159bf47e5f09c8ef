/** The inverse of a matrix as whole numbers over one denominator. */
export interface Inverse {
  /** Entry [i][j] of the inverse times the determinant. */
  readonly adjugate: readonly (readonly bigint[])[];
  readonly determinant: bigint;
}

/**
 * Inverts a square matrix of whole numbers exactly, by fraction-free elimination (Bareiss 1968): every division has no remainder, and no
 * number grows beyond a determinant of the matrix. Pivots are taken in order, so every leading minor must be other than 0, as those of a
 * non-singular M-matrix are; else RangeError. O(n^3) products.
 */
export function invertMatrix(matrix: readonly (readonly bigint[])[]): Inverse {
  const size = matrix.length;
  const rows = matrix.map((row, index) => [...row, ...row.map((_, column) => (column === index ? 1n : 0n))]);
  let before = 1n;
  for (const [step, pivotRow] of rows.entries()) {
    const pivot = pivotRow[step] ?? 0n;
    if (pivot === 0n) throw new RangeError(`leading minor ${step + 1} of the matrix is 0`);
    for (const row of rows) {
      if (row === pivotRow) continue;
      const factor = row[step] ?? 0n;
      for (let column = 0; column < 2 * size; column++) {
        row[column] = (pivot * (row[column] ?? 0n) - factor * (pivotRow[column] ?? 0n)) / before;
      }
    }
    before = pivot;
  }
  return { adjugate: rows.map((row) => row.slice(size)), determinant: before };
}
