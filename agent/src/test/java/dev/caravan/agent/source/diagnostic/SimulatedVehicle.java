package dev.caravan.agent.source.diagnostic;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Control units on a CAN bus as SAE J1979 and ISO 15765-4 want them: each answers what it has, says in the bit maps what
 * that is, keeps silent to functional requests for anything else and refuses physical ones. An answer takes 20 ms, a
 * silence 200 ms of the timeline.
 */
final class SimulatedVehicle implements DiagnosticLink {
  static final long ANSWER_NS = 20_000_000L;
  static final long SILENCE_NS = 200_000_000L;

  /** One unit: its answers by request, without the service byte and what is repeated. */
  static final class Ecu {
    private final int id;
    private final Map<String, String> data = new TreeMap<>();
    private final Map<String, Integer> refusals = new TreeMap<>();
    private final Set<String> ignored = new TreeSet<>();
    boolean isSilent;

    private Ecu(int id) {
      this.id = id;
    }

    /** Has a parameter: {@code has("01 0C", "1AF8")}. */
    Ecu has(String request, String answer) {
      data.put(request.replace(" ", ""), answer.replace(" ", ""));
      return this;
    }

    Ecu refuses(String request, int code) {
      refusals.put(request.replace(" ", ""), code);
      return this;
    }

    /** Refuses no more. */
    Ecu accepts(String request) {
      refusals.remove(request.replace(" ", ""));
      ignored.remove(request.replace(" ", ""));
      return this;
    }

    /** Keeps silent to a request. */
    Ecu ignores(String request) {
      ignored.add(request.replace(" ", ""));
      return this;
    }

    /** The bit map of a service from a parameter on; empty if nothing follows. */
    private String map(String service, int from) {
      TreeSet<Integer> parameters = new TreeSet<>();
      for (String request : data.keySet()) {
        if (request.startsWith(service) && request.length() >= 4) {
          parameters.add(Integer.parseInt(request.substring(2, 4), 16));
        }
      }
      if (parameters.higher(from) == null) {
        return "";
      }
      long bits = 0;
      for (int i = 1; i <= 32; i++) {
        boolean isMapBehind = i == 32 && parameters.higher(from + 32) != null;
        if (parameters.contains(from + i) || isMapBehind) {
          bits |= 1L << (32 - i);
        }
      }
      return String.format("%08x", bits);
    }
  }

  private final FakeTimeline timeline;
  private final Map<Integer, Ecu> ecus = new TreeMap<>();
  /** Each request as it was asked: {@code all 010c}, {@code 7e0 22f190}. */
  final List<String> asked = new ArrayList<>();

  boolean takesSeveralPids = true;
  /** Answers only the first PID of several, as some units do. */
  boolean answersFirstOnly;
  /** Keeps silent to requests of several PIDs. */
  boolean ignoresSeveral;
  /** Ignition off. */
  boolean isOff;
  /** The wire fails at the next request. */
  boolean isBroken;
  /** What the next answer of any unit is replaced with, in hex; empty for none. */
  String nextAnswer = "";

  SimulatedVehicle(FakeTimeline timeline) {
    this.timeline = timeline;
  }

  Ecu ecu(int id) {
    return ecus.computeIfAbsent(id, Ecu::new);
  }

  @Override
  public boolean takesSeveralPids() {
    return takesSeveralPids;
  }

  @Override
  public void ask(DiagnosticRequest request, Consumer<DiagnosticReply> out) throws IOException {
    String payload = request.payload().toString();
    boolean isForAll = request.target() == DiagnosticRequest.EVERYONE;
    asked.add((isForAll ? "all " : String.format("%03x ", request.target())) + payload);
    if (isBroken) {
      isBroken = false;
      throw new IOException("read /dev/scripted: errno=5, input/output error");
    }
    List<DiagnosticReply> replies = new ArrayList<>();
    for (Ecu ecu : ecus.values()) {
      boolean isMeant = isForAll || ecu.id == request.answer();
      if (isMeant && !isOff && !ecu.isSilent) {
        String answer = answer(ecu, payload, isForAll);
        if (!answer.isEmpty()) {
          replies.add(reply(ecu.id, request.payload(), answer));
        }
      }
    }
    timeline.advanceNs(replies.isEmpty() ? SILENCE_NS : ANSWER_NS);
    if (replies.isEmpty()) {
      out.accept(new DiagnosticReply(
          timeline.nowNs(), -1, request.payload(), Outcome.SILENCE, Bytes.EMPTY));
    }
    replies.forEach(out);
  }

  private DiagnosticReply reply(int id, Bytes request, String answer) {
    String sent = nextAnswer.isEmpty() ? answer : nextAnswer;
    nextAnswer = "";
    Outcome outcome = sent.startsWith("7f") ? Outcome.NEGATIVE : Outcome.POSITIVE;
    return new DiagnosticReply(
        timeline.nowNs() + ANSWER_NS, id, request, outcome, Bytes.ofHex(sent));
  }

  /** What a unit says; empty for nothing. */
  private String answer(Ecu ecu, String request, boolean isForAll) {
    String service = request.substring(0, 2);
    if (ecu.ignored.contains(request.toUpperCase(Locale.ROOT))) {
      return "";
    }
    Integer refusal = ecu.refusals.get(request.toUpperCase(Locale.ROOT));
    if (refusal != null) {
      return "7f" + service + HexFormat.of().toHexDigits(refusal.byteValue());
    }
    String head = HexFormat.of()
        .toHexDigits((byte) (Integer.parseInt(service, 16) | 0x40))
        .toLowerCase(Locale.ROOT);
    StringBuilder body = new StringBuilder();
    if (service.equals("01")) {
      if (ignoresSeveral && request.length() > 4) {
        return "";
      }
      for (int i = 2; i < request.length(); i += 2) {
        boolean isLeftOut = answersFirstOnly && i > 2;
        String data = isLeftOut ? "" : parameter(ecu, service, request.substring(i, i + 2));
        body.append(data.isEmpty() ? "" : request.substring(i, i + 2)).append(data);
      }
    } else if (service.equals("02") || service.equals("06") || service.equals("09")) {
      String data = parameter(ecu, service, request.substring(2, 4));
      String repeated = service.equals("02") ? request.substring(2, 6) : request.substring(2, 4);
      body.append(data.isEmpty() ? "" : repeated + data);
    } else {
      String data = ecu.data.getOrDefault(
          request.toUpperCase(Locale.ROOT), ecu.data.getOrDefault(request, ""));
      String repeated = service.equals("22") ? request.substring(2) : "";
      body.append(data.isEmpty() ? "" : repeated + data);
    }
    if (body.length() > 0) {
      return head + body;
    }
    return isForAll ? "" : "7f" + service + "31";
  }

  private static String parameter(Ecu ecu, String service, String parameter) {
    int number = Integer.parseInt(parameter, 16);
    return number % 0x20 == 0
        ? ecu.map(service, number)
        : ecu.data.getOrDefault((service + parameter).toUpperCase(Locale.ROOT), "");
  }
}
