package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BiConsumer;

/** Reads what a {@link StreamRecorder} wrote. */
public final class RecordedStream {
  private static final int LONGEST_TOPIC_BYTES = 65_535;
  private static final int LARGEST_PAYLOAD_BYTES = 256 << 20;

  /** Of the memory, for it is there three times over: as read, as handed on and as understood. */
  private static final int SHARE = 6;

  /**
   * How far a recording goes.
   *
   * @param messages how many are whole
   * @param wholeBytes where the last of them ends
   * @param tornBytes what lies behind it: the beginning of one that was being written when its recorder was killed
   */
  public record Extent(long messages, long wholeBytes, long tornBytes) {}

  private RecordedStream() {}

  /**
   * Reads every whole message of a file, first to last.
   *
   * @throws IOException if it cannot be read, is no recording, or is damaged before its end; what was whole up to there
   *     was given
   */
  public static Extent read(Path path, BiConsumer<String, Bytes> out) throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new IOException("read " + path + ": want a file, got "
          + (Files.isDirectory(path) ? "a folder" : "a device or a pipe"));
    }
    try (InputStream in = Files.newInputStream(path)) {
      return read(in, path.toString(), out);
    }
  }

  /**
   * The same of what a stream gives to its end.
   *
   * @param name what it is called in messages
   */
  public static Extent read(InputStream from, String name, BiConsumer<String, Bytes> out)
      throws IOException {
    InputStream in = new BufferedInputStream(from, 1 << 16);
    byte[] magic = in.readNBytes(StreamRecorder.MAGIC.length);
    if (!Arrays.equals(magic, StreamRecorder.MAGIC)) {
      throw new IOException("read " + name + ": no recording; want what tail --record has written");
    }
    long at = magic.length;
    long messages = 0;
    while (true) {
      byte[] header = in.readNBytes(StreamRecorder.HEADER_BYTES);
      if (header.length < StreamRecorder.HEADER_BYTES) {
        return new Extent(messages, at, header.length);
      }
      ByteBuffer lengths = ByteBuffer.wrap(header);
      int topicBytes = lengths.getInt();
      int payloadBytes = lengths.getInt();
      if (StreamRecorder.crc(header, 0, StreamRecorder.LENGTHS_BYTES) != lengths.getInt()
          || topicBytes < 1
          || topicBytes > LONGEST_TOPIC_BYTES
          || payloadBytes < 0
          || payloadBytes > LARGEST_PAYLOAD_BYTES) {
        throw damaged(name, at);
      }
      int content = topicBytes + payloadBytes;
      int restBytes = content + StreamRecorder.CRC_BYTES;
      long most = Math.min(LARGEST_PAYLOAD_BYTES, Room.bytes(SHARE));
      if (content > most) {
        long skipped = skip(in, restBytes);
        if (skipped < restBytes) {
          return new Extent(messages, at, header.length + skipped);
        }
        throw new IOException("read " + name + ": message too large for the memory: offset=" + at
            + ", bytes=" + content + ", want at most " + most + "; see -Xmx");
      }
      byte[] rest = in.readNBytes(restBytes);
      if (rest.length < restBytes) {
        return new Extent(messages, at, header.length + rest.length);
      }
      if (StreamRecorder.crc(rest, 0, content) != ByteBuffer.wrap(rest).getInt(content)) {
        throw damaged(name, at);
      }
      out.accept(
          new String(rest, 0, topicBytes, StandardCharsets.UTF_8),
          Bytes.of(rest, topicBytes, payloadBytes));
      at += header.length + restBytes;
      messages++;
    }
  }

  /** How many of so many bytes were there. */
  private static long skip(InputStream in, int bytes) throws IOException {
    byte[] some = new byte[1 << 16];
    long skipped = 0;
    while (skipped < bytes) {
      int read = in.read(some, 0, (int) Math.min(some.length, bytes - skipped));
      if (read < 0) {
        break;
      }
      skipped += read;
    }
    return skipped;
  }

  private static IOException damaged(String name, long at) {
    return new IOException("read " + name + ": damaged message: offset=" + at);
  }
}
