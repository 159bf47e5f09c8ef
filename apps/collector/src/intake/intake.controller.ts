import type { JsonObject } from '@millrace/catalog-sources';
import { Body, Controller, HttpCode, NotFoundException, Param, Post, Req } from '@nestjs/common';

import { answerOf } from '../http/answer-of';
import { requestSeconds } from '../metrics';
import { IntakeService, type IntakeAnswer } from './intake.service';
import type { HttpRequest } from './http-request';
import { readCredentials } from './read-credentials';
import { asObject, CALL_PATHS, readBatch, readCall, type IntakeRequest } from './read-request';

/** The wire format of Segment's SDKs: POST /v1/batch, /v1/track and so on, and a browser's short forms /v1/t, /v1/b. */
@Controller('v1')
export class IntakeController {
  constructor(private readonly intake: IntakeService) {}

  @Post(['batch', 'b', 'import'])
  @HttpCode(200)
  batch(@Req() request: HttpRequest, @Body() body: unknown): Promise<IntakeAnswer> {
    return this.#answer(request, body, readBatch);
  }

  @Post(':call')
  @HttpCode(200)
  call(@Req() request: HttpRequest, @Param('call') path: string, @Body() body: unknown): Promise<IntakeAnswer> {
    const type = Object.hasOwn(CALL_PATHS, path) ? CALL_PATHS[path] : undefined;
    if (type === undefined) throw new NotFoundException();
    return this.#answer(request, body, (object) => readCall(object, type));
  }

  async #answer(request: HttpRequest, body: unknown, read: (body: JsonObject) => IntakeRequest): Promise<IntakeAnswer> {
    const startedAt = performance.now();
    let status = 200;
    try {
      const object = asObject(body);
      const key = this.intake.authenticate(readCredentials(request.headers.authorization, object));
      request.source = key.source;
      return await this.intake.accept(key, read(object));
    } catch (error) {
      status = answerOf(error).status;
      throw error;
    } finally {
      requestSeconds.observe({ status }, (performance.now() - startedAt) / 1_000);
    }
  }
}
