import { Body, Controller, Headers, HttpCode, NotFoundException, Param, Post, UseFilters } from '@nestjs/common';

import { rejectedRequests, requestSeconds } from '../metrics';
import { answerOf } from '../http/answer-of';
import { IntakeFilter } from '../http/intake.filter';
import { IntakeService, type IntakeAnswer } from './intake.service';
import { readCredentials } from './read-credentials';
import { asObject, CALL_PATHS, readBatch, readCall, type IntakeRequest, type JsonObject } from './read-request';

/** The wire format of Segment's SDKs: POST /v1/batch, /v1/track and so on, and a browser's short forms /v1/t, /v1/b. */
@Controller('v1')
@UseFilters(IntakeFilter)
export class IntakeController {
  constructor(private readonly intake: IntakeService) {}

  @Post(['batch', 'b', 'import'])
  @HttpCode(200)
  batch(@Body() body: unknown, @Headers('authorization') authorization?: string): Promise<IntakeAnswer> {
    return this.#answer(body, authorization, readBatch);
  }

  @Post(':call')
  @HttpCode(200)
  call(
    @Param('call') path: string,
    @Body() body: unknown,
    @Headers('authorization') authorization?: string,
  ): Promise<IntakeAnswer> {
    const type = Object.hasOwn(CALL_PATHS, path) ? CALL_PATHS[path] : undefined;
    if (type === undefined) throw new NotFoundException(`There is no call /v1/${path}`);
    return this.#answer(body, authorization, (object) => readCall(object, type));
  }

  async #answer(
    body: unknown,
    authorization: string | undefined,
    read: (body: JsonObject) => IntakeRequest,
  ): Promise<IntakeAnswer> {
    const startedAt = performance.now();
    let source = 'unknown';
    let status = 200;
    try {
      const object = asObject(body);
      const key = this.intake.authenticate(readCredentials(authorization, object));
      source = key.source;
      return await this.intake.accept(key, read(object));
    } catch (error) {
      const answer = answerOf(error);
      status = answer.status;
      rejectedRequests.inc({ source, code: answer.body.code });
      throw error;
    } finally {
      requestSeconds.observe({ status }, (performance.now() - startedAt) / 1_000);
    }
  }
}
