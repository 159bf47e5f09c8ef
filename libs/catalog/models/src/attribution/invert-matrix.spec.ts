import fc from 'fast-check';

import { invertMatrix } from './invert-matrix';

it('inverts by hand', () => {
  expect(
    invertMatrix([
      [2n, -1n],
      [-1n, 3n],
    ]),
  ).toEqual({
    adjugate: [
      [3n, 1n],
      [1n, 2n],
    ],
    determinant: 5n,
  });
});

it('a matrix times its inverse is one', () => {
  // Diagonally dominant, as chains are: no leading minor is 0.
  const matrices = fc.integer({ min: 1, max: 8 }).chain((size) =>
    fc.array(fc.array(fc.bigInt(0n, 10n ** 6n), { minLength: size, maxLength: size }), {
      minLength: size,
      maxLength: size,
    }),
  );
  fc.assert(
    fc.property(matrices, (counts) => {
      const matrix = counts.map((row, place) =>
        row.map((count, column) => (column === place ? row.reduce((sum, one) => sum + one, 1n) : -count)),
      );
      const { adjugate, determinant } = invertMatrix(matrix);
      const product = matrix.map((row) =>
        row.map((_, column) => row.reduce((sum, entry, place) => sum + entry * (adjugate[place]?.[column] ?? 0n), 0n)),
      );
      expect(product).toEqual(
        matrix.map((row, place) => row.map((_, column) => (column === place ? determinant : 0n))),
      );
    }),
  );
});

it('a matrix without an inverse is refused', () => {
  expect(() =>
    invertMatrix([
      [1n, 2n],
      [2n, 4n],
    ]),
  ).toThrow('leading minor 2 of the matrix is 0');
});
