/** The environment for a child process: this process's own, with `defaults` where it has nothing. */
export function childEnvironment(
  defaults: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string | undefined> {
  return { ...defaults, ...env };
}
