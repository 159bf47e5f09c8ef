import { Command } from 'commander';

import { EXIT_FAILED } from '@millrace/platform-errors';

import type { Service } from './commands';
import { OWNED_COMMANDS, SERVICES, SHARED_COMMANDS } from './commands';

export interface Runner {
  run(service: Service, args: readonly string[]): Promise<number>;
  capture(service: Service, args: readonly string[]): Promise<{ code: number; output: string }>;
}

interface Outcome {
  readonly program: Command;
  /** Exit code of what ran; 0 until something ran. */
  exitCode(): number;
}

function parseJson(output: string): unknown {
  try {
    return JSON.parse(output) as unknown;
  } catch {
    return { raw: output };
  }
}

/** The program `millrace`: each command is handed, arguments untouched, to the service that owns it. */
export function createProgram(runner: Runner, write: (text: string) => void): Outcome {
  let code = 0;
  const program = new Command('millrace')
    .description('Exact, explainable batch signal processing for go-to-market teams.')
    .showHelpAfterError()
    .exitOverride();

  for (const { name, service, summary } of OWNED_COMMANDS) {
    forwarding(program, name, summary).action(async (args: string[]) => {
      code = await runner.run(service, [name, ...args]);
    });
  }

  for (const { name, summary } of SHARED_COMMANDS) {
    forwarding(program, name, summary).action(async (args: string[]) => {
      const services: Record<string, unknown> = {};
      for (const service of SERVICES) {
        if (args.includes('--json')) {
          const { code: exit, output } = await runner.capture(service, [name, ...args]);
          services[service] = parseJson(output);
          if (exit !== 0) code = EXIT_FAILED;
        } else {
          write(`${service}\n`);
          if ((await runner.run(service, [name, ...args])) !== 0) code = EXIT_FAILED;
        }
      }
      if (args.includes('--json')) write(`${JSON.stringify(services)}\n`);
    });
  }
  return { program, exitCode: () => code };
}

const forwarding = (program: Command, name: string, summary: string): Command =>
  program.command(name).summary(summary).helpOption(false).allowUnknownOption().argument('[args...]');
