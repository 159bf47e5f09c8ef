/** What the supervisor needs to run one part of the stack; starting it again gives the same part on the same port and data. */
export interface Part {
  name: string;
  title: string;
  port: number;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  /** Makes directories and configuration; may find them there already. */
  prepare: () => Promise<void>;
  ready: () => Promise<boolean>;
  graceSeconds: number;
}
