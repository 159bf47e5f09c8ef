import { describeError } from '@millrace/platform-errors';
import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';

import { answerOf } from './answer-of';

const QUIET_MS = 10_000;

/** What is used of Fastify's reply. */
interface Reply {
  header(name: string, value: string): Reply;
  status(code: number): Reply;
  send(body: unknown): Reply;
}

/** Answers a failed request, and logs what an operator must mend, an outage once in ten seconds. */
@Catch()
export class IntakeFilter implements ExceptionFilter {
  readonly #logger = new Logger('intake');
  #quietUntil = 0;

  catch(error: unknown, host: ArgumentsHost): void {
    const answer = answerOf(error);
    if (answer.status === 500) this.#logger.error(error);
    else if (answer.status === 503 && Date.now() > this.#quietUntil) {
      this.#quietUntil = Date.now() + QUIET_MS;
      this.#logger.warn(`Answering 503: ${describeError(error)}`);
    }
    const reply = host.switchToHttp().getResponse<Reply>();
    if (answer.retryAfter !== undefined) reply.header('retry-after', String(answer.retryAfter));
    reply.status(answer.status).send(answer.body);
  }
}
