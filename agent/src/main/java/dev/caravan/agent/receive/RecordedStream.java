package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.FileRoom;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
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
   * Reads every whole message, first to last.
   *
   * @throws IOException if it cannot be read, is no recording, or is damaged before its end; what was whole up to there
   *     was given
   */
  public static Extent read(Path path, BiConsumer<String, Bytes> out) throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path) && !FileRoom.isHandedOver(path)) {
      throw new IOException("read " + path + ": want a file, got a device or a pipe");
    }
    boolean isPipe = FileRoom.isHandedOver(path) && !Files.isRegularFile(path);
    long sizeBytes = isPipe ? Long.MAX_VALUE : Files.size(path);
    // of a pipe the other kind wants to know the place
    try (InputStream in = new BufferedInputStream(
        isPipe ? new FileInputStream(path.toFile()) : Files.newInputStream(path), 1 << 16)) {
      byte[] magic = in.readNBytes(StreamRecorder.MAGIC.length);
      if (!Arrays.equals(magic, StreamRecorder.MAGIC)) {
        throw new IOException(
            "read " + path + ": no recording; want what tail --record has written");
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
          throw damaged(path, at);
        }
        int content = topicBytes + payloadBytes;
        long recordBytes = (long) header.length + content + StreamRecorder.CRC_BYTES;
        if (sizeBytes - at < recordBytes) {
          return new Extent(messages, at, sizeBytes - at);
        }
        int most = FileRoom.most(LARGEST_PAYLOAD_BYTES, SHARE);
        if (content > most) {
          throw new IOException("read " + path + ": message too large for the memory: offset=" + at
              + ", bytes=" + content + ", want at most " + most + "; see -Xmx");
        }
        byte[] rest = in.readNBytes(content + StreamRecorder.CRC_BYTES);
        if (rest.length < content + StreamRecorder.CRC_BYTES) {
          return new Extent(messages, at, header.length + rest.length);
        }
        if (StreamRecorder.crc(rest, 0, content) != ByteBuffer.wrap(rest).getInt(content)) {
          throw damaged(path, at);
        }
        out.accept(
            new String(rest, 0, topicBytes, StandardCharsets.UTF_8),
            Bytes.of(rest, topicBytes, payloadBytes));
        at += recordBytes;
        messages++;
      }
    }
  }

  private static IOException damaged(Path path, long at) {
    return new IOException("read " + path + ": damaged message: offset=" + at);
  }
}
