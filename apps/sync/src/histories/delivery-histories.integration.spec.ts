import { describeHistories } from './testing/describe-histories';

// Each takes some seconds; delivery-histories.full.spec.ts has more.
describeHistories([1, 2, 3]);
