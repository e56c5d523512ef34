package dev.caravan.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** A disk whose calls fail when a test says so. Calls are numbered from 1, in the order they come. */
final class FaultyDisk implements Disk {
  /** How a call fails. */
  enum Fault {
    /** Nothing is done. */
    ERROR,
    /** A write or read does a part and says so, which is no error; every other call fails. */
    SHORT,
    /** A write does a part and fails; every other call fails. */
    TORN
  }

  private final Disk disk;
  private Fault fault = Fault.ERROR;
  private LongPredicate fails = call -> false;
  private long calls;
  private boolean cut;

  FaultyDisk(Disk disk) {
    this.disk = disk;
  }

  /** Fails the calls of those numbers from now on. */
  synchronized void failWhen(LongPredicate numbers, Fault how) {
    fails = numbers;
    fault = how;
  }

  /** Fails every call from now on, as for a process that is no more. */
  synchronized void cut() {
    cut = true;
  }

  synchronized long calls() {
    return calls;
  }

  private synchronized boolean failsNow() throws IOException {
    calls++;
    if (cut) {
      throw new IOException("the process is no more");
    }
    return fails.test(calls);
  }

  private void call() throws IOException {
    if (failsNow()) {
      throw new IOException("call " + calls + " failed by the test");
    }
  }

  @Override
  public File open(Path path) throws IOException {
    call();
    return new FaultyFile(disk.open(path));
  }

  @Override
  public File openToRead(Path path) throws IOException {
    call();
    return new FaultyFile(disk.openToRead(path));
  }

  @Override
  public List<String> names(Path dir) throws IOException {
    call();
    return disk.names(dir);
  }

  @Override
  public @Nullable Object identity(Path path) throws IOException {
    return disk.identity(path);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    call();
    disk.move(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    call();
    disk.delete(path);
  }

  @Override
  public void forceNames(Path dir) throws IOException {
    call();
    disk.forceNames(dir);
  }

  private final class FaultyFile implements File {
    private final File file;

    FaultyFile(File file) {
      this.file = file;
    }

    @Override
    public int write(ByteBuffer from, long at) throws IOException {
      if (!failsNow()) {
        return file.write(from, at);
      }
      int wrote = fault == Fault.ERROR ? 0 : part(from, piece -> file.write(piece, at));
      if (fault != Fault.SHORT) {
        throw new IOException("write " + calls + " failed by the test");
      }
      return wrote;
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
      if (!failsNow()) {
        return file.read(into, at);
      }
      if (fault != Fault.SHORT) {
        throw new IOException("read " + calls + " failed by the test");
      }
      return part(into, piece -> file.read(piece, at));
    }

    @Override
    public void force() throws IOException {
      if (failsNow()) {
        if (file instanceof PowerCutDisk.Lossy lossy) {
          lossy.failForce();
        }
        throw new IOException("force " + calls + " failed by the test");
      }
      file.force();
    }

    @Override
    public long sizeBytes() throws IOException {
      call();
      return file.sizeBytes();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** Lets a call have one byte less than half of a buffer, but one at least. */
  private static int part(ByteBuffer buffer, Transfer transfer) throws IOException {
    int end = buffer.limit();
    buffer.limit(buffer.position() + Math.max(1, buffer.remaining() / 2 - 1));
    try {
      return transfer.transfer(buffer);
    } finally {
      buffer.limit(end);
    }
  }

  private interface Transfer {
    int transfer(ByteBuffer buffer) throws IOException;
  }
}
