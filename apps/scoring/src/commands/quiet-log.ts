import type { KafkaLog } from '@millrace/platform-kafka';
import { createLogger } from '@millrace/platform-observability';

/** For the command line: errors only, on standard error, so that standard output is the answer alone. */
export const quietLog: KafkaLog = createLogger({
  name: 'scoring-cli',
  level: 'error',
  destination: { write: (line: string) => void process.stderr.write(line) },
});
