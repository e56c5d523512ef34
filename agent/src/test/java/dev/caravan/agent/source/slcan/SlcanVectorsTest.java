package dev.caravan.agent.source.slcan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.ReferenceData;
import dev.caravan.agent.source.BusState;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.FrameChunk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Lines that python-can wrote and read. */
class SlcanVectorsTest {
  private static final Pattern VECTOR =
      Pattern.compile("\\{\"line\": \"(\\w+)\", \"id\": (\\d+), \"ext\": (\\w+), \"rtr\": (\\w+),"
          + " \"fd\": (\\w+), \"brs\": (\\w+), \"dlc\": (\\d+), \"data\": \"(\\w*)\"\\}");

  @Test
  void everyLineIsReadAsAnotherProgramReadIt() throws IOException {
    List<String> vectors =
        Files.readAllLines(ReferenceData.require("canlogs/expected/slcan_vectors.jsonl"));
    assertEquals(400, vectors.size());
    Silence silence = new Silence();
    SlcanParser parser = new SlcanParser(new FrameClock(true), silence);
    parser.reset(true, 0, true);
    FrameChunk chunk = new FrameChunk("can0", 1);
    for (String vector : vectors) {
      Matcher fields = VECTOR.matcher(vector);
      assertTrue(fields.matches(), vector);
      byte[] line = (fields.group(1) + "\r").getBytes(StandardCharsets.US_ASCII);
      chunk.clear();
      assertEquals(line.length, parser.parse(line, 0, line.length, chunk), vector);
      assertEquals(1, chunk.size(), vector);
      CanFrame frame = (CanFrame) chunk.frame(0);
      assertEquals(Integer.parseInt(fields.group(2)), frame.id(), vector);
      assertEquals(flags(fields), frame.flags(), vector);
      assertEquals(Integer.parseInt(fields.group(7)), frame.length(), vector);
      assertEquals(fields.group(8), frame.payload().toString().toLowerCase(java.util.Locale.ROOT));
      assertEquals(fields.group(1) + "\r", SlcanLine.of(frame), vector);
    }
    assertEquals(0, silence.broken);
  }

  private static int flags(Matcher fields) {
    return (fields.group(3).equals("true") ? CanFrame.EXTENDED : 0)
        | (fields.group(4).equals("true") ? CanFrame.REMOTE : 0)
        | (fields.group(5).equals("true") ? CanFrame.FD : 0)
        | (fields.group(6).equals("true") ? CanFrame.BIT_RATE_SWITCH : 0);
  }

  private static final class Silence implements SlcanParser.Notices {
    private int broken;

    @Override
    public void malformed(String why) {
      broken++;
    }

    @Override
    public void changed(String before) {
      broken++;
    }

    @Override
    public void refused() {
      broken++;
    }

    @Override
    public void status(int bits) {
      broken++;
    }

    @Override
    public void busState(BusState state, int receiveErrors, int transmitErrors) {
      broken++;
    }

    @Override
    public void busErrors(int count, int overruns) {
      broken++;
    }
  }
}
