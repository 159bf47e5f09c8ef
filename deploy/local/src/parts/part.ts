/** What the supervisor needs to run one part of the stack; starting it again gives the same part on the same port and data. */
export interface Part {
  name: string;
  title: string;
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  ready: () => Promise<boolean>;
  graceSeconds: number;
}
