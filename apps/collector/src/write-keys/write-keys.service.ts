import { statSync } from 'node:fs';

import { describeError } from '@millrace/platform-errors';
import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

import { COLLECTOR_CONFIG, type CollectorConfig } from '../app.config';
import { INSTANCES, takesWriteKeys, type Instance } from '../instances/load-instances';
import { readWriteKeys } from './read-write-keys';
import { WriteKeys, type KeyVerdict } from './write-key';

/** The keys in force. A changed file is taken over within seconds; a broken one is reported and changes nothing. */
@Injectable()
export class WriteKeysService implements OnModuleInit, OnModuleDestroy {
  readonly #logger = new Logger('write-keys');
  #keys: WriteKeys;
  #version: string;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(COLLECTOR_CONFIG) private readonly config: CollectorConfig,
    @Inject(INSTANCES) private readonly instances: readonly Instance[],
  ) {
    this.#version = this.#fileVersion();
    this.#keys = this.#read();
  }

  check(presented: string | null, origin?: string): KeyVerdict {
    return this.#keys.check(presented, origin);
  }

  onModuleInit(): void {
    if (this.config.COLLECTOR_WRITE_KEYS_FILE === undefined) return;
    this.#timer = setInterval(() => this.#reload(), this.config.COLLECTOR_WRITE_KEYS_RELOAD_SECONDS * 1_000);
    this.#timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  #reload(): void {
    const version = this.#fileVersion();
    if (version === this.#version) return;
    this.#version = version;
    try {
      this.#keys = this.#read();
      this.#logger.log(`${this.#keys.size} write keys in force`);
    } catch (error) {
      this.#logger.error(`The write keys in force stay: ${describeError(error)}`);
    }
  }

  #read(): WriteKeys {
    const { config } = this;
    const sources = this.instances.filter(takesWriteKeys).map(({ name }) => name);
    if (sources.length === 0) return new WriteKeys([]);
    return readWriteKeys({ lines: config.COLLECTOR_WRITE_KEYS, file: config.COLLECTOR_WRITE_KEYS_FILE, sources });
  }

  #fileVersion(): string {
    const file = this.config.COLLECTOR_WRITE_KEYS_FILE;
    if (file === undefined) return '';
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat === undefined ? 'missing' : `${stat.mtimeMs}/${stat.size}/${stat.ino}`;
  }
}
