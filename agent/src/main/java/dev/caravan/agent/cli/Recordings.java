package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.FileRoom;
import dev.caravan.agent.receive.RecordedStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/** What {@code tail --record}, or an uplink to files, has written: a file, a folder of them, or what a shell hands over. */
final class Recordings {
  private Recordings() {}

  /**
   * Reads all of them in their order; a last message that is torn is told.
   *
   * @throws IOException if one cannot be read, is no recording, or is damaged before its end
   */
  static void read(Path fileOrFolder, BiConsumer<String, Bytes> out, PrintWriter err)
      throws IOException {
    for (Path each : RecordedStream.files(fileOrFolder)) {
      long tornBytes = one(each, out).tornBytes();
      if (tornBytes > 0) {
        err.println(each + ": torn last message, bytes=" + tornBytes);
      }
    }
    err.flush();
  }

  /** What a shell hands over is no file, and gives its content once. */
  private static RecordedStream.Extent one(Path file, BiConsumer<String, Bytes> out)
      throws IOException {
    if (Files.isRegularFile(file) || !FileRoom.isHandedOver(file)) {
      return RecordedStream.read(file, out);
    }
    // the other kind of stream wants to know the place
    try (InputStream in = new FileInputStream(file.toFile())) {
      return RecordedStream.read(in, file.toString(), out);
    }
  }
}
