package dev.caravan.agent.wire;

import dev.caravan.agent.bytes.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A message with its topic, as files keep them: those of {@code tail --record} and those of an uplink that writes files. Numbers are
 * big-endian:
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
 */
public final class RecordedMessage {
  /** What a file begins with. */
  public static final Bytes MAGIC = Bytes.owning("CVSTREA1".getBytes(StandardCharsets.US_ASCII));

  /** How the names of files end that an uplink writes. */
  public static final String SUFFIX = ".cvstream";

  public static final int LENGTHS_BYTES = 8;
  public static final int HEADER_BYTES = 12;
  public static final int CRC_BYTES = 4;
  public static final int LONGEST_TOPIC_BYTES = 65_535;
  public static final int LARGEST_PAYLOAD_BYTES = 256 << 20;

  private RecordedMessage() {}

  /** The bytes of one message. */
  public static Bytes of(String topic, Bytes message) {
    byte[] name = topic.getBytes(StandardCharsets.UTF_8);
    int content = name.length + message.length();
    ByteBuffer record = ByteBuffer.allocate(HEADER_BYTES + content + CRC_BYTES);
    record.putInt(name.length).putInt(message.length());
    record.putInt(crc(record.array(), 0, LENGTHS_BYTES)).put(name).put(message.buffer());
    record.putInt(crc(record.array(), HEADER_BYTES, content));
    return Bytes.owning(record.array());
  }

  /** CRC32C of some bytes. */
  public static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
