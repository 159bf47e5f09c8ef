export interface StackAddresses {
  readonly kafkaBrokers: readonly string[];
  readonly schemaRegistryUrl: string;
  readonly clickhouseUrl: string;
}

/** Where the real stack is: the same variables and defaults as the services. */
export function stackAddresses(env: Readonly<Record<string, string | undefined>> = process.env): StackAddresses {
  const given = (name: string, otherwise: string): string => env[name] || otherwise;
  return {
    kafkaBrokers: given('KAFKA_BROKERS', '127.0.0.1:9092').split(','),
    schemaRegistryUrl: given('SCHEMA_REGISTRY_URL', 'http://127.0.0.1:8081/apis/ccompat/v7').replace(/\/+$/, ''),
    clickhouseUrl: given('CLICKHOUSE_URL', 'http://127.0.0.1:8123').replace(/\/+$/, ''),
  };
}
