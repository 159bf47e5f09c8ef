import { Module } from '@nestjs/common';

import { RetentionService } from './retention.service';

/** Drops what is older than it is kept. Needs WINDOWING_CONFIG and ConnectionsModule. */
@Module({ providers: [RetentionService] })
export class RetentionModule {}
