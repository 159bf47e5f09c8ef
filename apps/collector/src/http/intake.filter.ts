import {
  Catch,
  HttpException,
  Inject,
  NotFoundException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';

import { INSTANCES, type Instance } from '../instances/load-instances';
import { answerOf } from './answer-of';
import { httpInstances, pathsOf, routesOf } from './mount-routes';
import { noRoute } from './no-route';

/** What is used of Fastify's reply. */
interface Reply {
  status(code: number): Reply;
  send(body: unknown): Reply;
}

/** Answers where no source does: paths that nobody serves, and health, which speaks for itself. */
@Catch()
export class IntakeFilter implements ExceptionFilter {
  readonly #noRoute: ReturnType<typeof noRoute>;

  constructor(@Inject(INSTANCES) instances: readonly Instance[]) {
    this.#noRoute = noRoute(pathsOf(routesOf(httpInstances(instances))));
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<Reply>();
    if (error instanceof NotFoundException) {
      reply.status(404).send(this.#noRoute);
      return;
    }
    if (error instanceof HttpException && typeof error.getResponse() === 'object') {
      reply.status(error.getStatus()).send(error.getResponse());
      return;
    }
    const answer = answerOf(error);
    reply.status(answer.status).send(answer.body);
  }
}
