import { ConnectionsModule } from './connections/connections.module';
import { LandingModule } from './landing/landing.module';
import { RetentionModule } from './retention/retention.module';
import { SealingModule } from './sealing/sealing.module';

/** What this service does, in order: land signals.* into ClickHouse, seal them into windows, revise and replay; drop what is old. */
export const topology = [ConnectionsModule, LandingModule, SealingModule, RetentionModule];
