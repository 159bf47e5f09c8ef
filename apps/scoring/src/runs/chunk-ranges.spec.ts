import { chunkRanges } from './chunk-ranges';

it.each([
  { chunks: 0, finished: [], ranges: [] },
  {
    chunks: 5,
    finished: [],
    ranges: [
      [0, 2],
      [2, 4],
      [4, 5],
    ],
  },
  {
    chunks: 5,
    finished: [0, 1],
    ranges: [
      [2, 4],
      [4, 5],
    ],
  },
  {
    chunks: 5,
    finished: [1, 3],
    ranges: [
      [0, 1],
      [2, 3],
      [4, 5],
    ],
  },
  { chunks: 2, finished: [0, 1], ranges: [] },
])('$chunks chunks without $finished, two at a time: $ranges', ({ chunks, finished, ranges }) => {
  expect(chunkRanges(chunks, new Set<number>(finished), 2)).toEqual(ranges);
});
