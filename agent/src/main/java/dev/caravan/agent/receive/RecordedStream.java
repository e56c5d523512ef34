package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.RecordedMessage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Reads what a {@link StreamRecorder} or an uplink to files wrote. */
public final class RecordedStream {
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
   * The files of a recording, in the order in which they were written: the file itself, or those of an uplink in a folder.
   *
   * @throws IOException if a folder cannot be read, or has none
   */
  public static List<Path> files(Path fileOrFolder) throws IOException {
    if (!Files.isDirectory(fileOrFolder)) {
      return List.of(fileOrFolder);
    }
    List<Path> found;
    try (Stream<Path> all = Files.list(fileOrFolder)) {
      found = all.filter(
              each -> String.valueOf(each.getFileName()).endsWith(RecordedMessage.SUFFIX))
          .sorted()
          .toList();
    }
    if (found.isEmpty()) {
      throw new IOException("read " + fileOrFolder
          + ": no recordings in this folder; want names that end in " + RecordedMessage.SUFFIX);
    }
    return found;
  }

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
    byte[] magic = in.readNBytes(RecordedMessage.MAGIC.length());
    if (!Arrays.equals(magic, RecordedMessage.MAGIC.toArray())) {
      throw new IOException("read " + name + ": no recording; want what tail --record has written");
    }
    long at = magic.length;
    long messages = 0;
    while (true) {
      byte[] header = in.readNBytes(RecordedMessage.HEADER_BYTES);
      if (header.length < RecordedMessage.HEADER_BYTES) {
        return new Extent(messages, at, header.length);
      }
      ByteBuffer lengths = ByteBuffer.wrap(header);
      int topicBytes = lengths.getInt();
      int payloadBytes = lengths.getInt();
      if (RecordedMessage.crc(header, 0, RecordedMessage.LENGTHS_BYTES) != lengths.getInt()
          || topicBytes < 1
          || topicBytes > RecordedMessage.LONGEST_TOPIC_BYTES
          || payloadBytes < 0
          || payloadBytes > RecordedMessage.LARGEST_PAYLOAD_BYTES) {
        throw damaged(name, at);
      }
      int content = topicBytes + payloadBytes;
      int restBytes = content + RecordedMessage.CRC_BYTES;
      long most = Math.min(RecordedMessage.LARGEST_PAYLOAD_BYTES, Room.bytes(SHARE));
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
      if (RecordedMessage.crc(rest, 0, content) != ByteBuffer.wrap(rest).getInt(content)) {
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
