package dev.caravan.agent.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The same in SQLite with a write-ahead log and synchronous=FULL: a transaction for each record. */
final class SqliteShelf implements Shelf {
  private final Connection connection;
  private final PreparedStatement insert;
  private final PreparedStatement oldest;
  private final PreparedStatement delete;

  SqliteShelf(Path dir) throws IOException {
    try {
      connection = DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("queue.db"));
      try (Statement set = connection.createStatement()) {
        set.execute("pragma journal_mode=wal");
        set.execute("pragma synchronous=full");
        set.execute("create table if not exists queue(id integer primary key, body blob not null)");
      }
      connection.setAutoCommit(false);
      insert = connection.prepareStatement("insert into queue(body) values (?)");
      oldest = connection.prepareStatement("select id, body from queue order by id limit ?");
      delete = connection.prepareStatement("delete from queue where id <= ?");
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  private interface Work {
    long run() throws SQLException;
  }

  private static long of(Work work) throws IOException {
    try {
      return work.run();
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  @Override
  public String name() {
    return "SQLite WAL FULL";
  }

  @Override
  public void append(byte[] record) throws IOException {
    of(() -> {
      insert.setBytes(1, record);
      return insert.executeUpdate();
    });
  }

  @Override
  public void commit() throws IOException {
    of(() -> {
      connection.commit();
      return 0;
    });
  }

  @Override
  public long consume(int records) throws IOException {
    return of(() -> {
      long bytes = 0;
      long last = 0;
      oldest.setInt(1, records);
      try (ResultSet rows = oldest.executeQuery()) {
        while (rows.next()) {
          last = rows.getLong(1);
          bytes += rows.getBytes(2).length;
        }
      }
      delete.setLong(1, last);
      delete.executeUpdate();
      connection.commit();
      return bytes;
    });
  }

  @Override
  public long scrub() throws IOException {
    return of(() -> {
      long bytes = 0;
      try (Statement select = connection.createStatement();
          ResultSet rows = select.executeQuery("select body from queue order by id")) {
        while (rows.next()) {
          bytes += rows.getBytes(1).length;
        }
      }
      connection.commit();
      return bytes;
    });
  }

  @Override
  public void close() throws IOException {
    of(() -> {
      connection.commit();
      connection.close();
      return 0;
    });
  }
}
