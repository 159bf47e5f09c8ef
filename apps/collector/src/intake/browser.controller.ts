import { browserSettings, type BrowserSettings } from '@millrace/catalog-sources';
import { Controller, Get, Header, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';

import { COLLECTOR_CONFIG, type CollectorConfig } from '../app.config';
import { publicUrlOf } from '../http/public-url';
import type { HttpRequest } from './http-request';
import { IntakeService } from './intake.service';

/** What a browser SDK asks for besides sending: its settings, under either path of a CDN, and a place for its own metrics. */
@Controller()
export class BrowserController {
  constructor(
    @Inject(COLLECTOR_CONFIG) private readonly config: CollectorConfig,
    private readonly intake: IntakeService,
  ) {}

  /** Refuses a key as POST /v1/batch does. Never stored by a cache: the answer depends on who asks, and a key is revoked within seconds. */
  @Get(['v1/projects/:writeKey/settings', 'analytics.js/v1/:writeKey/settings'])
  @Header('cache-control', 'no-store')
  settings(@Req() request: HttpRequest, @Param('writeKey') writeKey: string): BrowserSettings {
    request.source = this.intake.authenticate(writeKey).source;
    return browserSettings(writeKey, publicUrlOf(request.headers, this.config.COLLECTOR_PUBLIC_URL));
  }

  /** Figures about the SDK itself, sent without a key by those who set apiHost only: taken and not kept. */
  @Post('v1/m')
  @HttpCode(200)
  metrics(): { readonly success: true } {
    return { success: true };
  }
}
