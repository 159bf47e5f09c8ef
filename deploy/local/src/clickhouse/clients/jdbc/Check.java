// Uses ClickHouse's JDBC driver at its defaults against the URL that is its argument.
// Prints "passed", or says what was not as expected and exits with 1.
import java.sql.*;
import java.time.LocalDateTime;
import java.util.Map;

public class Check {
  public static void main(String[] arguments) throws SQLException {
    try (Connection connection = DriverManager.getConnection(arguments[0]);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create or replace table from_java (a UInt64, s String, d DateTime64(3, 'UTC'), n Nullable(Float64), "
              + "m Map(String, String)) engine = MergeTree order by a");
      try (PreparedStatement insert =
          connection.prepareStatement("insert into from_java (a, s, d, n, m) values (?, ?, ?, ?, ?)")) {
        for (int i = 0; i < 20_000; i++) {
          insert.setLong(1, i);
          insert.setString(2, "é" + i + "\n'");
          insert.setObject(3, LocalDateTime.of(2024, 1, 1, 2, 3, 4, 5_000_000));
          if (i % 2 == 0) insert.setDouble(4, i / 2.0);
          else insert.setNull(4, Types.DOUBLE);
          insert.setObject(5, Map.of("k", "v" + i));
          insert.addBatch();
        }
        insert.executeBatch();
      }
      try (ResultSet rows = statement.executeQuery("select count(), sum(a), uniqExact(s) from from_java")) {
        rows.next();
        expect("20000 199990000 20000", rows.getLong(1) + " " + rows.getLong(2) + " " + rows.getLong(3));
      }
      try (PreparedStatement one = connection.prepareStatement("select s, n, m['k'] from from_java where a = ?")) {
        one.setLong(1, 1);
        try (ResultSet row = one.executeQuery()) {
          row.next();
          expect("é1\n' null v1", row.getString(1) + " " + row.getObject(2) + " " + row.getString(3));
        }
      }
      try (ResultSet many = statement.executeQuery("select number, toString(number) from numbers(1000000)")) {
        long sum = 0;
        while (many.next()) sum += many.getLong(1);
        expect("499999500000", String.valueOf(sum));
      }
      try {
        statement.executeQuery("select missing from from_java");
        expect("an error", "none");
      } catch (SQLException error) {
        expect("true", String.valueOf(error.getMessage().contains("47")));
      }
      statement.execute("drop table from_java sync");
    }
    System.out.println("passed");
  }

  private static void expect(String expected, String actual) {
    if (expected.equals(actual)) return;
    System.out.println("expected " + expected + ", got " + actual);
    System.exit(1);
  }
}
