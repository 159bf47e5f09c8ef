const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

interface ConfigurationOptions {
  /** The file of users, profiles and quotas. */
  usersFile: string;
  /** Where BACKUP may write and RESTORE may read. */
  backupDirectory: string;
}

/** The server's configuration; what is not named here has clickhouse-local's default. */
export const serverConfiguration = ({ usersFile, backupDirectory }: ConfigurationOptions): string => `<clickhouse>
  <users_config>${escaped(usersFile)}</users_config>
  <timezone>UTC</timezone>
  <!-- Two threads for everything in the background are too few for Kafka tables beside merges. -->
  <background_schedule_pool_size>8</background_schedule_pool_size>
  <background_message_broker_schedule_pool_size>4</background_message_broker_schedule_pool_size>
  <query_log>
    <database>system</database>
    <table>query_log</table>
    <flush_interval_milliseconds>2000</flush_interval_milliseconds>
    <ttl>event_date + interval 3 day</ttl>
  </query_log>
  <backups>
    <allowed_path>${escaped(backupDirectory)}</allowed_path>
  </backups>
</clickhouse>
`;

/**
 * Users without a password, reached from this machine only: `default`; `analyst`, who may only read; `reverse_etl`, who reads two views
 * (docs/guide/with-reverse-etl.md). The first profile takes back where clickhouse-local differs from a server.
 */
export const USERS = `<clickhouse>
  <profiles>
    <default>
      <implicit_select>0</implicit_select>
      <allow_introspection_functions>0</allow_introspection_functions>
      <storage_file_read_method>pread</storage_file_read_method>
    </default>
    <analyst>
      <profile>default</profile>
      <readonly>2</readonly>
    </analyst>
  </profiles>
  <users>
    <default>
      <password></password>
      <networks>
        <ip>127.0.0.1</ip>
      </networks>
      <profile>default</profile>
      <quota>default</quota>
    </default>
    <analyst>
      <password></password>
      <networks>
        <ip>127.0.0.1</ip>
      </networks>
      <profile>analyst</profile>
      <quota>default</quota>
      <grants>
        <query>grant select on *.*</query>
      </grants>
    </analyst>
    <reverse_etl>
      <password></password>
      <networks>
        <ip>127.0.0.1</ip>
      </networks>
      <profile>analyst</profile>
      <quota>default</quota>
      <grants>
        <query>grant select on reverse_etl.*</query>
      </grants>
    </reverse_etl>
  </users>
  <quotas>
    <default></default>
  </quotas>
</clickhouse>
`;
