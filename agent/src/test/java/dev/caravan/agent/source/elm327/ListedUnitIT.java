package dev.caravan.agent.source.elm327;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.device.Instrument;
import dev.caravan.agent.device.SerialDevice;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import dev.caravan.agent.source.diagnostic.PollSettings;
import dev.caravan.agent.source.serial.PortAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Units whose answers a chip hides until it is told to show them, on a real pseudo-terminal. */
@Timeout(60)
class ListedUnitIT {
  private static final long MS = 1_000_000;

  /** A chip after the data sheet's chapter on CAN filters, with an engine and one more unit on the bus. */
  private static final class FilteringChip implements Instrument {
    private final int request;
    private final int answer;
    private final List<String> unknown;
    private final StringBuilder line = new StringBuilder();

    // since the reset
    private int priority = 0x18;
    private String header = "";
    private int filter;
    private int mask;
    private int flowControl;
    private boolean hasOwnFlowControl;

    FilteringChip(int request, int answer, List<String> unknown) {
      this.request = request;
      this.answer = answer;
      this.unknown = unknown;
      reset();
    }

    private boolean has29Bits() {
      return request > 0x7FF;
    }

    private void reset() {
      priority = 0x18;
      header = has29Bits() ? "DB33F1" : "7DF";
      hasOwnFlowControl = false;
      showUsual();
    }

    private void showUsual() {
      filter = has29Bits() ? 0x18DA_F100 : 0x7E8;
      mask = has29Bits() ? 0x1FFF_FF00 : 0x7F8;
    }

    @Override
    public void hear(long nowNs, ByteBuffer bytes, Voice voice) {
      while (bytes.hasRemaining()) {
        char one = (char) bytes.get();
        if (one == '\r') {
          String said = answer(line.toString()) + "\r\r>";
          line.setLength(0);
          voice.say(said.getBytes(StandardCharsets.US_ASCII));
        } else {
          line.append(one);
        }
      }
    }

    @Override
    public void runUntil(long nowNs, Voice voice) {}

    private String answer(String command) {
      if (!command.startsWith("AT")) {
        return command.matches("[0-9A-F]+") ? data(command) : "?";
      }
      String text = command.substring(2);
      if (unknown.stream().anyMatch(text::startsWith)) {
        return "?";
      }
      if (text.equals("Z")) {
        reset();
        return "ELM327 v1.5";
      } else if (text.equals("DPN")) {
        return has29Bits() ? "7" : "6";
      } else if (text.equals("RV")) {
        return "14.0V";
      } else if (text.equals("CRA")) {
        showUsual();
      } else if (text.startsWith("CRA")) {
        filter = Integer.parseInt(text.substring(3), 16);
        mask = -1;
      } else if (text.startsWith("CF")) {
        filter = Integer.parseInt(text.substring(2), 16);
      } else if (text.startsWith("CM")) {
        mask = Integer.parseInt(text.substring(2), 16);
      } else if (text.startsWith("CP")) {
        priority = Integer.parseInt(text.substring(2), 16);
      } else if (text.startsWith("SH")) {
        header = text.substring(2);
      } else if (text.startsWith("FCSH")) {
        flowControl = Integer.parseInt(text.substring(4), 16);
      } else if (text.startsWith("FCSM")) {
        hasOwnFlowControl = text.endsWith("1");
      }
      return "OK";
    }

    private String data(String asked) {
      int id = Integer.parseInt(header, 16) | (has29Bits() ? priority << 24 : 0);
      int engine = has29Bits() ? 0x18DA_F110 : 0x7E8;
      if (id == (has29Bits() ? 0x18DB_33F1 : 0x7DF)) {
        return shown(engine, asked.equals("0100") ? "064100BE3FA813" : "03410D32");
      }
      if (id != request) {
        return "NO DATA";
      }
      String first = shown(answer, "100A62F190414243");
      boolean goesOn = hasOwnFlowControl && flowControl == request;
      return goesOn && !first.equals("NO DATA")
          ? first + "\r" + shown(answer, "2144454647AAAAAA")
          : first;
    }

    private String shown(int id, String hex) {
      return ((id ^ filter) & mask) == 0
          ? String.format(Locale.ROOT, has29Bits() ? "%08X" : "%03X", id) + hex
          : "NO DATA";
    }
  }

  @ParameterizedTest
  @CsvSource({
    "714, 77E, -",
    "6A2, 682, -",
    "17FC0076, 17FE0076, -",
    "18DA10F9, 18DAF910, -",
    "714, 77E, CRA",
    "17FC0076, 17FE0076, CRA"
  })
  void answersOfAUnitOutsideTheStandardComeAndEveryoneIsHeardInTurn(
      String request, String answer, String unknown) throws Exception {
    int to = Integer.parseInt(request, 16);
    int from = Integer.parseInt(answer, 16);
    SerialDevice device = new SerialDevice(
        "obd0", new FilteringChip(to, from, List.of(unknown)), new SystemTimeline());
    Path port = device.open();
    Stop stop = new Stop();
    Thread thread = new Thread(() -> device.run(stop), "device-obd0");
    thread.start();
    try (Elm327Source source = source(port, to, from)) {
      source.open();
      int engine = to > 0x7FF ? 0x18DA_F110 : 0x7E8;
      Map<Integer, String> heard = new TreeMap<>();
      FrameChunk chunk = new FrameChunk("obd0", 32);
      int rounds = 0;
      while (rounds < 6) {
        chunk.clear();
        source.read(chunk);
        for (int i = 0; i < chunk.size(); i++) {
          if (chunk.frame(i) instanceof DiagnosticReply reply) {
            heard.put(reply.ecu(), reply.outcome() + " " + reply.payload());
            rounds++;
          }
        }
      }
      assertEquals(Map.of(engine, "POSITIVE 410d32", from, "POSITIVE 62f19041424344454647"), heard);
    } finally {
      stop.request();
      thread.join();
      device.close();
    }
  }

  private static Elm327Source source(Path port, int to, int from) {
    List<PollSettings.Asked> asked = new ArrayList<>();
    asked.add(new PollSettings.Asked(
        new DiagnosticRequest(DiagnosticRequest.EVERYONE, Bytes.ofHex("010d")), 50 * MS));
    asked.add(
        new PollSettings.Asked(new DiagnosticRequest(to, from, Bytes.ofHex("22f190")), 50 * MS));
    return new Elm327Source(
        new Elm327Settings(
            "obd0",
            new PortAddress.DeviceFile(port),
            List.of(38_400),
            to > 0x7FF ? '7' : '6',
            100 * MS,
            60_000 * MS,
            11.8,
            200 * MS,
            300 * MS,
            new PollSettings(asked, false, false, 0, 0, false, 0)),
        new SystemTimeline(),
        new Health());
  }
}
