package dev.caravan.agent.source.diagnostic;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Under which identifiers control units are asked and answer, where a configuration says so for single ones. The others
 * are expected to follow the rule:
 *
 * <pre>
 * request               answer
 * 7E0..7E7              7E8..7EF      request + 8 (ISO 15765-4:2016, 10.5.2)
 * 18DAxxF1              18DAF1xx      target and source change places (ISO 15765-2:2016, 10.3.3, normal fixed)
 *
 * 714                   77E           units: [{request: 714, answer: 77E}]
 * </pre>
 *
 * @param pairs no two with the same request or the same answer
 */
public record UnitIds(List<Pair> pairs) {
  static final Pattern ID = Pattern.compile("[0-7][0-9A-Fa-f]{2}|[01][0-9A-Fa-f]{7}");
  private static final String ID_WANTED =
      "a CAN identifier of 3 or 8 hex digits, as 7E0 or 18DA10F1";

  private static final Key<String> REQUEST = Key.text("request")
      .like(ID.pattern())
      .unit("3 or 8 hex digits")
      .required()
      .range("000..7FF, 00000800..1FFFFFFF")
      .says("identifier of requests to the unit");
  private static final Key<String> ANSWER = Key.text("answer")
      .like(ID.pattern())
      .unit("3 or 8 hex digits")
      .required()
      .range("100..7FF, 00000800..1FFFFFFF")
      .says("identifier of its answers");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(REQUEST, ANSWER);

  /** Of a bus on which all units follow the rule. */
  public static final UnitIds BY_RULE = new UnitIds(List.of());

  private static final int MOST_11 = 0x7FF;
  private static final int MOST = 64;

  /** Below are addresses of buses before CAN. */
  private static final int LOWEST_ANSWER = 0x100;

  /** One unit; both identifiers have 11 bits, or both 29. */
  public record Pair(int request, int answer) {}

  /** Copies the list. */
  public UnitIds {
    pairs = List.copyOf(pairs);
  }

  /** Reads a list of {@code {request: ID, answer: ID}}. */
  public static UnitIds from(Node list) {
    List<Pair> pairs = new ArrayList<>();
    for (Node item : list.items()) {
      Pair pair = new Pair(id(item.at(REQUEST)), id(item.at(ANSWER)));
      item.refuseUnknownKeys();
      if (pair.request < 0 || pair.answer < 0) {
        continue; // a fault already
      }
      if ((pair.request > MOST_11) != (pair.answer > MOST_11) || pair.request == pair.answer) {
        item.fault("want two identifiers, both of 3 or both of 8 hex digits, got request="
            + text(pair.request) + ", answer=" + text(pair.answer));
      } else if (pair.answer < LOWEST_ANSWER) {
        item.at(ANSWER).fault("want 100 or more, got " + text(pair.answer));
      } else if (pairs.stream()
          .anyMatch(other -> other.request == pair.request || other.answer == pair.answer)) {
        item.fault("want each request and each answer once, got request=" + text(pair.request)
            + ", answer=" + text(pair.answer) + " again");
      } else {
        pairs.add(pair);
      }
    }
    if (pairs.size() > MOST) {
      list.fault("want at most " + MOST + " units, got " + pairs.size());
    }
    return new UnitIds(pairs);
  }

  /** An identifier as a configuration writes it; -1, with a fault, if it is none. */
  static int id(Node node) {
    String text = node.text(ID, ID_WANTED);
    if (!ID.matcher(text).matches()) {
      return -1;
    }
    int id = Integer.parseInt(text, 16);
    if (text.length() == 8 && id <= MOST_11) {
      node.fault("want 3 hex digits, or 8 over 000007FF, got '" + text + "'");
      return -1;
    }
    return id;
  }

  private static String text(int id) {
    return String.format(Locale.ROOT, id > MOST_11 ? "%08X" : "%03X", id);
  }

  /** The identifier that answers to a request come under, listed or by the rule; -1 if the rule gives none. */
  int answerTo(int request) {
    for (Pair pair : pairs) {
      if (pair.request == request) {
        return pair.answer;
      }
    }
    return byRule(request);
  }

  /** As {@link #answerTo} of a unit that is not listed. */
  static int byRule(int request) {
    if (request < 0 || (request <= MOST_11 && request + 8 > MOST_11)) {
      return -1;
    }
    return request <= MOST_11
        ? request + 8
        : (request & ~0xFFFF) | (request & 0xFF) << 8 | ((request >> 8) & 0xFF);
  }

  /** Says at a target that only the rule tells under which identifier its answers come, if no standard does. */
  void warnOfGuess(Node target, int request) {
    boolean isStandard =
        request <= MOST_11 ? (request & ~7) == 0x7E0 : (request & 0xFFFF_00FF) == 0x18DA_00F1;
    if (isStandard || pairs.stream().anyMatch(pair -> pair.request == request)) {
      return;
    }
    int answer = byRule(request);
    target.warn("no standard says under which identifier " + text(request)
        + " answers; " + (answer < 0 ? "nothing" : text(answer))
        + " is listened to; say it with units: [{request: " + text(request) + ", answer: ...}]");
  }
}
