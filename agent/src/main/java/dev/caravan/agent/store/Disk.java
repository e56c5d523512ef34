package dev.caravan.agent.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the queue asks of a file system. The tests put one in its place that fails, tears writes or loses its power.
 *
 * <p>Used by the pipeline's and the courier's thread at once, never both on the same file but for {@link File#force}.
 */
interface Disk {
  /** An open file. Positions are absolute; there is no file pointer. */
  interface File extends Closeable {
    /** Writes some of the bytes, as {@link java.nio.channels.FileChannel#write(ByteBuffer, long)}. */
    int write(ByteBuffer from, long at) throws IOException;

    /** Reads some bytes; -1 at the end of the file. */
    int read(ByteBuffer into, long at) throws IOException;

    /** Returns once the file's content, and what is needed to find it, would survive a power cut; may take seconds. */
    void force() throws IOException;

    /** Length in bytes. */
    long sizeBytes() throws IOException;

    @Override
    void close() throws IOException;
  }

  /** Opens a file to read and write, made (mode 0600) if it is not there. */
  File open(Path path) throws IOException;

  /** Opens a file to read. */
  File openToRead(Path path) throws IOException;

  /** The names in a directory, in no order. */
  List<String> names(Path dir) throws IOException;

  /** What tells a file from any other that has or had its name; nothing if it is not there, or the disk has no such thing. */
  default @Nullable Object identity(Path path) throws IOException {
    return null;
  }

  /** Gives a file another name, at once or not at all; a file of that name goes. */
  void move(Path from, Path to) throws IOException;

  /** Deletes a file if it is there. */
  void delete(Path path) throws IOException;

  /** Returns once the names in a directory would survive a power cut. */
  void forceNames(Path dir) throws IOException;
}
