import { describeError } from '@millrace/platform-errors';
import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

const HOOKS = ['onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'] as const;

/**
 * Nest stops calling shutdown hooks at the first that throws, which would leave consumers undrained and sockets open.
 * Each hook of each provider is wrapped: a failure is reported and the next hook runs.
 */
export function guardShutdownHooks(
  app: INestApplicationContext,
  report: (message: string, error: unknown) => void,
): void {
  for (const module of app.get(ModulesContainer).values()) {
    const wrappers = [...module.providers.values(), ...module.controllers.values(), ...module.injectables.values()];
    for (const { instance } of wrappers) if (isObject(instance)) guard(instance, report);
  }
}

function guard(instance: Record<string, unknown>, report: (message: string, error: unknown) => void): void {
  for (const hook of HOOKS) {
    const original = instance[hook];
    if (typeof original !== 'function' || guarded.has(original)) continue;
    const wrapped = async (...args: unknown[]): Promise<void> => {
      try {
        await original.apply(instance, args);
      } catch (error) {
        report(`${instance.constructor.name}.${hook} failed: ${describeError(error)}`, error);
      }
    };
    guarded.add(wrapped);
    instance[hook] = wrapped;
  }
}

/** One instance may be provided by several modules (useExisting): wrap it once. */
const guarded = new WeakSet<object>();

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Object.isFrozen(value);
}
