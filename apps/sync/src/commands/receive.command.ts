import { once } from 'node:events';

import { wholeNumber, type CommandShell, type JsonOption } from '@millrace/platform-commands';
import { type Command, Option } from 'commander';

import { startReceiver } from '../receive/receiver';

interface ReceiveOptions extends JsonOption {
  readonly port: number;
  readonly secret?: string;
  readonly status: number;
}

export function addReceiveCommand(program: Command, shell: CommandShell): void {
  program
    .command('receive')
    .description('a webhook’s other end to try one with: prints each delivery, on this machine only, until Ctrl-C')
    .option('--port <port>', 'where to listen; 0 for any free one', wholeNumber({ min: 0, max: 65_535 }), 8090)
    .addOption(
      new Option('--secret <secret>', 'the destination’s secret: verify signatures, answer 401 to wrong ones').env(
        'CRM_WEBHOOK_SECRET',
      ),
    )
    .option(
      '--status <status>',
      'what to answer; 2xx says that every record was accepted',
      wholeNumber({ min: 200, max: 599 }),
      200,
    )
    .option('--json', 'print the records of each delivery, one JSON list a line')
    .action(async (options: ReceiveOptions) => {
      const receiver = await startReceiver({
        ...options,
        onRequest: ({ lines, records }) =>
          shell.write(`${options.json === true ? JSON.stringify(records) : lines.join('\n')}\n`),
      });
      process.stderr.write(
        `listening on ${receiver.url}, signatures ${options.secret === undefined ? 'not checked' : 'verified'}; Ctrl-C ends it\n`,
      );
      await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
      await receiver.close();
    });
}
