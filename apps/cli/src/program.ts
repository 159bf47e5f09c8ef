import type { CommandShell } from '@millrace/platform-commands';
import { UsageError } from '@millrace/platform-errors';
import type { Command, CommandOptions } from 'commander';

import type { Service } from './commands';
import { FORMER_COMMANDS, OWNED_COMMANDS, SHARED_COMMANDS } from './commands';

export interface Runner {
  run(service: Service, args: readonly string[]): Promise<number>;
  capture(service: Service, args: readonly string[]): Promise<{ code: number; output: string }>;
}

function parseJson(output: string): unknown {
  try {
    return JSON.parse(output) as unknown;
  } catch {
    return { raw: output };
  }
}

/**
 * The commands of `millrace`: each is handed, arguments untouched, to the service that owns it. Of a shared one, `<service>/...`
 * among the arguments, or a table of one service's, names the one that is meant.
 */
export function addCommands(program: Command, shell: CommandShell, runner: Runner): void {
  for (const { name, service, summary } of OWNED_COMMANDS) {
    forwarding(program, name, summary).action(async (args: string[]) => {
      refuseFormer([name, ...args]);
      shell.exitWith(await runner.run(service, [name, ...args]));
    });
  }

  const names = new Set(OWNED_COMMANDS.map(({ name }) => name));
  for (const former of Object.keys(FORMER_COMMANDS).filter((one) => !names.has(one.split(' ', 1)[0] ?? ''))) {
    forwarding(program, former, '', { hidden: true }).action((args: string[]) => refuseFormer([former, ...args]));
  }

  for (const { name, summary, services: all, words = {} } of SHARED_COMMANDS) {
    forwarding(program, name, summary).action(async (args: string[]) => {
      const named = all.filter((service) => args.some((arg) => means(service, words[service], arg)));
      const [only] = named;
      if (only !== undefined && named.length === 1) return shell.exitWith(await runner.run(only, [name, ...args]));
      if (args.includes('--help')) return shell.exitWith(await runner.run(all[0] as Service, [name, ...args]));
      const services: Record<string, unknown> = {};
      for (const service of all) {
        if (args.includes('--json')) {
          const { code, output } = await runner.capture(service, [name, ...args]);
          services[service] = parseJson(output);
          if (code !== 0) shell.exitWith(code);
        } else {
          shell.write(`${service}\n`);
          const code = await runner.run(service, [name, ...args]);
          if (code !== 0) shell.exitWith(code);
        }
      }
      if (args.includes('--json')) shell.write(`${JSON.stringify(services)}\n`);
    });
  }

  // The owner knows its options; what commander would say of a forwarded command is "[args...]".
  program.helpCommand(false);
  program
    .command('help [command...]')
    .summary('how a command is called')
    .action(async (words: string[]) => {
      if (words.length === 0) program.help();
      await program.parseAsync([...words, '--help'], { from: 'user' });
    });
}

const means = (service: Service, words: readonly string[] = [], arg: string): boolean =>
  arg.startsWith(`${service}/`) || words.includes(arg.replace(/^--table=/, ''));

/** Throws UsageError for what is called otherwise now. */
function refuseFormer(words: readonly string[]): void {
  const typed = words.join(' ');
  const former = Object.keys(FORMER_COMMANDS).find((name) => `${typed} `.startsWith(`${name} `));
  if (former === undefined) return;
  throw new UsageError(`${former} is not a command any more: write npx millrace ${FORMER_COMMANDS[former]}`);
}

const forwarding = (program: Command, name: string, summary: string, options: CommandOptions = {}): Command =>
  program.command(name, options).summary(summary).helpOption(false).allowUnknownOption().argument('[args...]');
