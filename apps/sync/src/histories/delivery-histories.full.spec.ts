import { describeHistories } from './testing/describe-histories';

describeHistories(Array.from({ length: 24 }, (_, index) => 100 + index));
