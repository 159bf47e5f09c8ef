import { describeError } from '@millrace/platform-errors';
import {
  Catch,
  HttpException,
  Logger,
  NotFoundException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';

import { rejectedRequests } from '../metrics';
import { answerOf } from './answer-of';
import { NO_ROUTE } from './no-route';

const QUIET_MS = 10_000;

/** What is used of Fastify's reply. */
interface Reply {
  header(name: string, value: string): Reply;
  status(code: number): Reply;
  send(body: unknown): Reply;
}

/** Answers and counts a failed request, and logs what an operator must mend, an outage once in ten seconds. */
@Catch()
export class IntakeFilter implements ExceptionFilter {
  readonly #logger = new Logger('intake');
  #quietUntil = 0;

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<Reply>();
    if (error instanceof NotFoundException) {
      reply.status(404).send(NO_ROUTE);
      return;
    }
    // Health speaks for itself; Fastify's own refusals arrive with a bare text.
    if (error instanceof HttpException && typeof error.getResponse() === 'object') {
      reply.status(error.getStatus()).send(error.getResponse());
      return;
    }
    const answer = answerOf(error);
    const { source = 'unknown' } = host.switchToHttp().getRequest<{ source?: string }>();
    rejectedRequests.inc({ source, code: answer.body.code });
    this.#log(error, answer.status);
    if (answer.retryAfter !== undefined) reply.header('retry-after', String(answer.retryAfter));
    reply.status(answer.status).send(answer.body);
  }

  #log(error: unknown, status: number): void {
    if (status === 500) this.#logger.error(error);
    if (status !== 503 || Date.now() < this.#quietUntil) return;
    this.#quietUntil = Date.now() + QUIET_MS;
    this.#logger.warn(`Answering 503: ${describeError(error)}`);
  }
}
