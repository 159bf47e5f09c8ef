import { describeLogLine } from '@millrace/platform-errors';
import type { DestinationStream } from 'pino';

/** What kafkajs says of its own retries; whoever calls it says what came of them. */
const CLIENT_LIBRARY = /^\w+: kafkajs /;

/** For terminals: lines of the logger in plain words, without stacks and without the chatter of client libraries. */
export function plainLines(write: (text: string) => void): DestinationStream {
  return {
    write(text) {
      for (const line of text.split('\n')) {
        const words = describeLogLine(line);
        if (words !== undefined && !CLIENT_LIBRARY.test(words)) write(`${words}\n`);
      }
    },
  };
}
