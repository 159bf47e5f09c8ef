/** What the stack needs from a package registry, fetched once per user and version. */
export interface Artifact {
  /** Folder name in the cache; holds the version, so that an upgrade is a new folder. */
  name: string;
  title: string;
  downloadMegabytes: number;
  /** On disk once unpacked. */
  diskMegabytes: number;
  /** Files that must be there, relative to the artifact's folder. */
  requiredFiles: readonly string[];
  /** Fewer files or bytes than this is a broken download. */
  leastFiles: number;
  leastBytes: number;
  /** Fills the empty folder `target`, using the clients for everything that comes from outside. */
  fetch: (target: string, clients: Clients) => Promise<void>;
}

/** Runs a package client without questions with these arguments, in this folder. */
export type ClientRunner = (args: readonly string[], workingDirectory: string) => Promise<void>;

export interface Clients {
  mvn: ClientRunner;
  npm: ClientRunner;
}
