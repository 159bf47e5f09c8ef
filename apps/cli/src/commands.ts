/** Which service's program runs a command. The services stay independent: each brings its own commands, this only finds them. */
export const SERVICES = ['collector', 'windowing', 'scoring', 'sync'] as const;
export type Service = (typeof SERVICES)[number];

export interface OwnedCommand {
  readonly name: string;
  readonly service: Service;
  readonly summary: string;
}

export const OWNED_COMMANDS: readonly OwnedCommand[] = [
  { name: 'keys', service: 'collector', summary: 'create and hash write keys' },
  { name: 'sources', service: 'collector', summary: 'what is collected, and how far it has been read' },
  { name: 'import', service: 'collector', summary: 'bring in a file: people, accounts, activities, intent' },
  { name: 'windows', service: 'windowing', summary: 'list, show and seal windows' },
  { name: 'replay', service: 'windowing', summary: 'rebuild recorded steps and compare their digests' },
  { name: 'quarantine', service: 'windowing', summary: 'list, show and retry quarantined records' },
  { name: 'conservation', service: 'windowing', summary: 'where every signal ended, and whether the sums balance' },
  { name: 'installation', service: 'windowing', summary: 'time zone and windows that every service agrees on' },
  { name: 'run', service: 'scoring', summary: 'run a job now or as of an instant; for schedulers: --wait' },
  { name: 'backfill', service: 'scoring', summary: 'run a job as of the days of a range that have no run' },
  { name: 'score', service: 'scoring', summary: 'show scores, redo a run' },
  { name: 'people', service: 'scoring', summary: 'correct who is who' },
  { name: 'ack', service: 'scoring', summary: 'silence the crossings of an account or a person for a while' },
  { name: 'explain', service: 'scoring', summary: 'why a score is what it is, and why it moved' },
  { name: 'export', service: 'scoring', summary: 'write a view or a table to a Parquet file' },
  { name: 'dbt-sources', service: 'scoring', summary: 'the data model as a sources.yml of dbt' },
  { name: 'figures', service: 'scoring', summary: 'the figures of the newest night, each against its target' },
  { name: 'models', service: 'scoring', summary: 'the models, their settings and their graph' },
  { name: 'plan', service: 'sync', summary: 'what a destination would receive, and why the rest would not' },
  { name: 'deliveries', service: 'sync', summary: 'list attempts and outcomes, retry what failed' },
  { name: 'receive', service: 'sync', summary: 'a webhook’s other end to try one with' },
];

/** What a command was called once: what to write now. Words behind the old name do not matter. */
export const FORMER_COMMANDS: Readonly<Record<string, string>> = {
  'people import': 'import people <file>',
  accounts: 'import accounts <file>',
};

export interface SharedCommand {
  readonly name: string;
  readonly services: readonly Service[];
  readonly summary: string;
  /** Arguments that mean one of the services, beside `<service>/...`. */
  readonly words?: Readonly<Partial<Record<Service, readonly string[]>>>;
}

/** Commands that several services have a part in; they run in each, in the order of the flow. */
export const SHARED_COMMANDS: readonly SharedCommand[] = [
  { name: 'deploy', services: SERVICES, summary: 'create topics, register schemas, run migrations; safe to repeat' },
  { name: 'doctor', services: SERVICES, summary: 'check every service’s surroundings and say what to do' },
  {
    name: 'set-aside',
    services: ['scoring', 'sync'],
    summary: 'list, show and retry rows that ClickHouse refused',
    words: {
      scoring: ['person_facts', 'account_facts'],
      sync: ['deliveries', 'delivery_plans', 'delivery_urgent', 'delivery_known_emails'],
    },
  },
];
