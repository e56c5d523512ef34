package dev.caravan.agent.source.line;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.StreamContractTest;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** Each form of message is held to what every source is. */
class LineSourceContractTest {
  private abstract static class OfForm extends StreamContractTest {
    private final String keys;
    private final String capture;
    private final String[] messages;

    OfForm(String keys, String capture, String... messages) {
      this.keys = keys;
      this.capture = capture;
      this.messages = messages;
    }

    @Override
    protected Stream stream() throws IOException {
      LineRig rig = new LineRig(keys);
      return new Stream(rig.source, rig.health, rig.pty::send, rig.pty::close);
    }

    @Override
    protected byte[] capture() {
      return capture.getBytes(ISO_8859_1);
    }

    @Override
    protected List<String> frames() {
      return Arrays.stream(messages)
          .map(text -> Bytes.of(text.getBytes(ISO_8859_1)).toString())
          .toList();
    }
  }

  /** The exclusive or of {@code A,1} is 0x5C, of {@code B,22} 0x6E. */
  @Nested
  class LinesWithChecksum extends OfForm {
    LinesWithChecksum() {
      super(
          "message: {start: \"$\", checksum: {kind: xor-8}}",
          "$A,1*5C\r\n$B,22*6E\r\n",
          "A,1",
          "B,22");
    }
  }

  /** Between STX and ETX, as many weather sensors print. */
  @Nested
  class LinesBetweenControlCharacters extends OfForm {
    LinesBetweenControlCharacters() {
      super(
          "message: {start: \"\\x02\", end: \"\\x03\", max: 64}",
          "\u0002VIS 2000\u0003\u0002VIS 1990\u0003",
          "VIS 2000",
          "VIS 1990");
    }
  }

  /** AA 55, length of the payload, payload, sum of all before. */
  @Nested
  class FramesThatSayTheirLength extends OfForm {
    FramesThatSayTheirLength() {
      super(
          "message: {form: frames, header: AA 55, length_at: 2, length_adds: 4, max: 64, checksum: {kind: sum-8, from: 0}}",
          "\u00AAU\u0002\u0010 1\u00AAU\u0001\u0007\u0007",
          "\u00AAU\u0002\u0010 1",
          "\u00AAU\u0001\u0007\u0007");
    }
  }

  @Nested
  class SlipFrames extends OfForm {
    SlipFrames() {
      super(
          "message: {form: slip, checksum: {kind: xor-8}}",
          "\u00C0\u0001\u00DB\u00DC\u00C1\u00C0\u00C0\u0002\u00DB\u00DD\u00D9\u00C0",
          "\u0001\u00C0\u00C1",
          "\u0002\u00DB\u00D9");
    }
  }
}
