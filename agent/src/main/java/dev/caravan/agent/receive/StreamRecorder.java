package dev.caravan.agent.receive;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.RecordedMessage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * Appends messages to a file, in their order of arrival, as {@link RecordedMessage} says.
 *
 * <p>Each message is handed to the system by one write before the next one is taken, so a recorder that is killed tears
 * at most the last one; a power cut may cost more. One thread.
 */
public final class StreamRecorder implements AutoCloseable {
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
        file.write(RecordedMessage.MAGIC.toArray());
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
    file.write(RecordedMessage.of(topic, message).toArray());
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
