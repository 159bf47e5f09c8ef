import type { HealthCheck } from './health-registry';

/** A check that is not asked again once it has held: of what a service needs at its start and can miss later. */
export function onceHeld(check: HealthCheck): HealthCheck {
  let hasHeld = false;
  return async () => {
    if (hasHeld) return;
    await check();
    hasHeld = true;
  };
}
