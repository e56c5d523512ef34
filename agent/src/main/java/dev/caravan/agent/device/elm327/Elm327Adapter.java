package dev.caravan.agent.device.elm327;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.device.Instrument;
import dev.caravan.agent.device.ecu.Ecu;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An ELM327 v1.5 with an engine and a transmission on the bus behind it.
 *
 * <p>It prints {@code SEARCHING...} before the first answer of a search, stops at any byte that comes while it works
 * ({@code STOPPED}), repeats its last command at an empty line, and wakes from low power at any byte.
 *
 * <p>One thread hears and runs; {@link #sleep}, {@link #hang} and {@link #setVoltage} may come from any.
 *
 * @see <a href="https://www.elmelectronics.com/wp-content/uploads/2016/07/ELM327DS.pdf">ELM327 data sheet</a>
 */
public final class Elm327Adapter implements Instrument {
  private static final long ANSWER_NS = 25_000_000;
  private static final long SEARCH_NS = 400_000_000;
  private static final int PENDING_MS = 450;
  private static final int LONGEST_LINE = 64;

  /** Of those that the chip has, what clones say {@code ?} to. */
  private static final Set<String> NOT_IN_CLONES =
      Set.of("S0", "D0", "D1", "AT0", "AT1", "AT2", "AL", "PC", "LP", "@1");

  private final Elm327AdapterSettings settings;
  private final List<Ecu> units;
  private final StringBuilder line = new StringBuilder();

  private volatile boolean isVehicleAsleep;
  private volatile boolean isHung;
  private volatile double voltageV;

  // since the last reset
  private Display display = new Display();
  private char protocol = '0';
  private boolean isConnected;
  private int header;
  private boolean isInLowPower;
  private String lastCommand = "";

  // what is being worked on
  private @Nullable String answer;
  private long answerDueNs;

  /** An adapter in a vehicle; equal seeds give equal drives. */
  public Elm327Adapter(Elm327AdapterSettings settings, long seed) {
    this.settings = settings;
    this.isVehicleAsleep = settings.isAsleep();
    this.voltageV = settings.voltageV();
    boolean isExtended = settings.protocol() == '7' || settings.protocol() == '9';
    int engine = isBeforeCan() ? 0x10 : isExtended ? 0x18DA_F110 : 0x7E8;
    int transmission = isBeforeCan() ? 0x18 : isExtended ? 0x18DA_F118 : 0x7E9;
    this.units =
        List.of(new Ecu(engine, settings.vin(), seed), new Ecu(transmission, settings.vin(), seed));
  }

  private boolean isBeforeCan() {
    return settings.protocol() < '6';
  }

  /** Lets the vehicle fall asleep, so that nobody answers, or wakes it up. */
  public void sleep(boolean isAsleep) {
    isVehicleAsleep = isAsleep;
  }

  /** Lets the adapter hang, deaf and dumb, or go on. */
  public void hang(boolean isHanging) {
    isHung = isHanging;
  }

  /** Sets the voltage at the socket; 0 for what the vehicle has. */
  public void setVoltage(double volts) {
    voltageV = volts;
  }

  @Override
  public void hear(long nowNs, ByteBuffer bytes, Voice voice) {
    runUntil(nowNs, voice);
    while (bytes.hasRemaining()) {
      char one = (char) (bytes.get() & 0xFF);
      if (isHung) {
        continue;
      }
      if (isInLowPower) {
        isInLowPower = false;
        say(voice, display.endOfLine() + ">");
      } else if (answer != null) {
        // the byte that stops it is lost
        answer = null;
        say(voice, "STOPPED" + display.endOfLine() + display.endOfLine() + ">");
      } else if (one == '\r') {
        String command = line.toString();
        line.setLength(0);
        obey(nowNs, command, voice);
      } else if (one > ' ' && line.length() < LONGEST_LINE) {
        line.append(Character.toUpperCase(one));
      }
    }
  }

  @Override
  public void runUntil(long nowNs, Voice voice) {
    String due = answer;
    if (due != null && !isHung && nowNs >= answerDueNs) {
      answer = null;
      say(voice, due);
    }
  }

  private static void say(Voice voice, String text) {
    voice.say(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void obey(long nowNs, String typed, Voice voice) {
    if (display.echo) {
      say(voice, typed + display.endOfLine());
    }
    String command = typed.isEmpty() ? lastCommand : typed;
    lastCommand = command;
    if (command.startsWith("AT")) {
      // a reset ends the setting that its own answer is printed in
      String end = display.endOfLine();
      String text = setting(command.substring(2));
      say(voice, text + end + end + ">");
    } else if (isRequest(command)) {
      ask(nowNs, Bytes.ofHex(command.substring(0, command.length() / 2 * 2)));
    } else {
      say(voice, "?" + display.endOfLine() + display.endOfLine() + ">");
    }
  }

  /** An odd digit at the end says how many lines are awaited. */
  private boolean isRequest(String command) {
    int most = settings.isClone() ? 4 : 15;
    boolean isEven = command.length() % 2 == 0;
    return command.length() >= 2
        && command.length() <= most
        && (isEven || !settings.isClone())
        && command.chars().allMatch(one -> "0123456789ABCDEF".indexOf(one) >= 0);
  }

  private String setting(String command) {
    if (settings.isClone() && NOT_IN_CLONES.contains(command)) {
      return "?";
    }
    boolean isOne = command.endsWith("1");
    return switch (command) {
      case "Z", "WS" -> {
        display = new Display();
        protocol = '0';
        header = 0;
        isConnected = false;
        yield "\r\r" + version();
      }
      case "I" -> version();
      case "@1" -> "OBDII to RS232 Interpreter";
      case "RV" -> String.format(Locale.ROOT, "%.1fV", volts());
      case "DPN" ->
        protocol == '0' ? "A" + (isConnected ? settings.protocol() : '0') : "" + protocol;
      case "E0", "E1" -> {
        display.echo = isOne;
        yield "OK";
      }
      case "L0", "L1" -> {
        display.lineFeeds = isOne;
        yield "OK";
      }
      case "S0", "S1" -> {
        display.spaces = isOne;
        yield "OK";
      }
      case "H0", "H1" -> {
        display.headers = isOne && settings.hasHeaders();
        display.padding = isOne && !settings.hasHeaders();
        yield "OK";
      }
      case "D0", "D1" -> {
        display.lengths = isOne;
        yield "OK";
      }
      case "AT0", "AT1", "AT2", "AL" -> "OK";
      case "PC" -> {
        isConnected = false;
        yield "OK";
      }
      case "LP" -> {
        isInLowPower = true;
        yield "OK";
      }
      default -> settingWithNumber(command);
    };
  }

  private String settingWithNumber(String command) {
    String kind = command.length() < 3 ? "" : command.substring(0, 2);
    String number = command.length() < 3 ? "" : command.substring(2);
    if (!number.chars().allMatch(one -> "0123456789ABCDEF".indexOf(one) >= 0)) {
      return "?";
    }
    if ((kind.equals("SP") || kind.equals("TP")) && number.length() == 1) {
      isConnected = false;
      header = 0;
      protocol = number.charAt(0);
      return "OK";
    }
    if (kind.equals("ST") && number.length() == 2) {
      int units = Integer.parseInt(number, 16);
      display.timeoutMs = units == 0 ? 200 : units * 4;
      return "OK";
    }
    if (kind.equals("SH")
        && !settings.isClone()
        && (number.length() == 3 || number.length() == 6)) {
      header = Integer.parseInt(number, 16) | (number.length() == 6 ? 0x1800_0000 : 0);
      return "OK";
    }
    return "?";
  }

  private String version() {
    return settings.isClone() ? "ELM327 v2.1" : "ELM327 v1.5";
  }

  private double volts() {
    double set = voltageV;
    return set > 0 ? set : isVehicleAsleep ? 12.4 : 14.1;
  }

  private void ask(long nowNs, Bytes request) {
    StringBuilder text = new StringBuilder();
    long tookNs = ANSWER_NS;
    String end = display.endOfLine();
    if (!isConnected) {
      boolean isSearch = protocol == '0';
      text.append(isSearch ? "SEARCHING..." + end : "");
      tookNs = isSearch ? SEARCH_NS : ANSWER_NS;
      isConnected = !isVehicleAsleep && (isSearch || protocol == settings.protocol());
    }
    if (isVehicleAsleep || !isConnected) {
      isConnected = false;
      text.append(failure()).append(end);
    } else {
      List<String> lines = answers(nowNs, request);
      boolean isLate = Ecu.takesLong(request) && display.timeoutMs >= PENDING_MS;
      tookNs += isLate ? PENDING_MS * 1_000_000L : 0;
      for (String one : lines) {
        text.append(one).append(end);
      }
      if (lines.isEmpty()) {
        tookNs += display.timeoutMs * 1_000_000L;
        text.append("NO DATA").append(end);
      }
    }
    answer = text.append(end).append('>').toString();
    answerDueNs = nowNs + tookNs;
  }

  private String failure() {
    return switch (protocol) {
      case '0' -> "UNABLE TO CONNECT";
      case '3', '4', '5' -> "BUS INIT: ...ERROR";
      case '6', '7', '8', '9' -> "CAN ERROR";
      default -> "NO DATA";
    };
  }

  private List<String> answers(long nowNs, Bytes request) {
    if (isBeforeCan()) {
      return oldAnswers(nowNs, request);
    }
    List<String> lines = new ArrayList<>();
    List<BusLines.Reply> replies = new ArrayList<>();
    boolean isToEveryone = header == 0 || header == 0x7DF || header == 0x18DB_33F1;
    for (Ecu unit : units) {
      if (isToEveryone || header == unit.requestId()) {
        unit.answer(nowNs, request, isToEveryone)
            .ifPresent(payload -> replies.add(new BusLines.Reply(unit.responseId(), payload)));
      }
    }
    if (Ecu.takesLong(request)) {
      // the unit says so at once; the rest comes too late for a chip that does not wait so long
      List<BusLines.Reply> pending = replies.stream()
          .map(reply -> new BusLines.Reply(reply.id(), Ecu.pending(request)))
          .toList();
      lines.addAll(BusLines.of(pending, display));
      if (display.timeoutMs < PENDING_MS) {
        return lines;
      }
    }
    lines.addAll(BusLines.of(replies, display));
    return lines;
  }

  private List<String> oldAnswers(long nowNs, Bytes request) {
    List<List<String>> each = new ArrayList<>();
    for (Ecu unit : units) {
      boolean isCount = request.length() == 2 && request.at(0) == 0x09 && request.at(1) % 2 == 1;
      List<Bytes> messages = isCount
          ? OldBusLines.count(request, unit.answer(nowNs, next(request), true)).stream()
              .toList()
          : unit.answer(nowNs, request, true)
              .map(payload -> OldBusLines.messages(request, payload))
              .orElse(List.of());
      each.add(messages.stream()
          .map(message -> OldBusLines.line(
              settings.protocol(), unit.responseId(), message, settings.hasChecksums(), display))
          .toList());
    }
    return BusLines.takingTurns(each);
  }

  private static Bytes next(Bytes request) {
    return Bytes.owning(new byte[] {(byte) request.at(0), (byte) (request.at(1) + 1)});
  }
}
