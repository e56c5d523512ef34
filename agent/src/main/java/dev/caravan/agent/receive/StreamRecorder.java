package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Appends messages to a file, in their order of arrival. Numbers are big-endian:
 *
 * <pre>
 *   8 bytes   "CVSTREA1", once
 *   then for each message:
 *   4 bytes   length of the topic, T, 1..65535
 *   4 bytes   length of the payload, P, at most 256 MiB
 *   4 bytes   CRC32C of these eight bytes
 *   T bytes   the topic, UTF-8
 *   P bytes   the payload
 *   4 bytes   CRC32C of topic and payload
 * </pre>
 *
 * <p>Each message is handed to the system by one write before the next one is taken, so a recorder that is killed tears
 * at most the last one; a power cut may cost more. One thread.
 */
public final class StreamRecorder implements AutoCloseable {
  static final byte[] MAGIC = "CVSTREA1".getBytes(StandardCharsets.US_ASCII);
  static final int LENGTHS_BYTES = 8;
  static final int HEADER_BYTES = 12;
  static final int CRC_BYTES = 4;

  private final RandomAccessFile file;

  private StreamRecorder(RandomAccessFile file) {
    this.file = file;
  }

  /**
   * Goes on with a recording, from behind its last whole message, or begins one.
   *
   * @throws IOException if the file cannot be used, is no recording or is damaged
   */
  public static StreamRecorder append(Path path) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    try {
      if (file.length() == 0) {
        file.write(MAGIC);
      } else {
        long whole = RecordedStream.read(path, (topic, message) -> {}).wholeBytes();
        file.setLength(whole);
        file.seek(whole);
      }
      return new StreamRecorder(file);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Appends a message. */
  public void arrived(String topic, Bytes message) throws IOException {
    byte[] name = topic.getBytes(StandardCharsets.UTF_8);
    int content = name.length + message.length();
    ByteBuffer record = ByteBuffer.allocate(HEADER_BYTES + content + CRC_BYTES);
    record.putInt(name.length).putInt(message.length());
    record.putInt(crc(record.array(), 0, LENGTHS_BYTES)).put(name).put(message.buffer());
    record.putInt(crc(record.array(), HEADER_BYTES, content));
    file.write(record.array());
  }

  static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
