package dev.caravan.agent.source.diagnostic;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a vehicle is asked, and how often: the mapping {@code poll} of a source.
 *
 * @param requests what the operator lists; a payload of the service byte alone, of service 01 or 06, stands for
 *     everything that the vehicle says it supports there
 * @param discover whether the vehicle is first asked what it supports, and nothing else of services 01, 06 and 09 is
 *     asked then
 * @param batch whether several PIDs of service 01 may share a request
 * @param infoPeriodNs how often VIN, calibrations and unit names are asked for; 0 never
 * @param dtcPeriodNs how often stored, pending and permanent trouble codes are asked for; 0 never
 * @param freezeFrame whether the freeze frame is asked for when the stored codes change
 * @param testPeriodNs how often the results of all monitor tests are asked for; 0 never
 */
public record PollSettings(
    List<Asked> requests,
    boolean discover,
    boolean batch,
    long infoPeriodNs,
    long dtcPeriodNs,
    boolean freezeFrame,
    long testPeriodNs) {
  private static final Pattern REQUEST =
      Pattern.compile("\\s*[0-9A-Fa-f]{2}(\\s*[0-9A-Fa-f]{2})*+\\s*|\\s*0[16]\\s*\\*\\s*");
  private static final String REQUEST_WANTED =
      "a service that reads and its parameters in hex, as 01 0C 0D or 22 F190; or 01 * or 06 * for all";

  private static final String SHORTEST = "10ms";
  private static final String LONGEST = "30d";

  private static final Key<String> PID_REQUEST =
      Key.text("request").like(REQUEST.pattern()).required().says("as above");
  private static final Key<String> PID_TARGET = Key.text("target")
      .like(UnitIds.ID.pattern())
      .unit("3 or 8 hex digits")
      .absent("all units")
      .range("000..7FF, 00000800..1FFFFFFF")
      .says("the unit that is asked, by the identifier of its requests; services 19, 21 and 22 "
          + "need one; see `units` for those outside of 7E0 to 7E7 and 18DAxxF1");
  private static final Key<Long> PID_PERIOD =
      Key.duration("period", SHORTEST, LONGEST).absent("that of `poll`").says("how often");

  /** Of each request that is a mapping. */
  public static final List<Key<?>> PID_KEYS = List.of(PID_REQUEST, PID_TARGET, PID_PERIOD);

  private static final Key<Long> PERIOD = Key.duration("period", SHORTEST, LONGEST)
      .or("1s")
      .says("how often each of `pids` is asked, unless it says otherwise");
  /** A list of texts and of mappings of {@link #PID_KEYS}. */
  public static final Key<Node> PIDS = Key.list("pids", Key.text("request").like(REQUEST.pattern()))
      .range("services 01 02 03 06 07 09 0A 19 21 22")
      .says("list of requests: a service that reads and its parameters in hex, `01 0C 0D`; `01 "
          + "*` or `06 *` for all that the vehicle has; or a mapping, see below");

  private static final Key<Boolean> DISCOVER = Key.flag("discover", true)
      .says("ask first what the vehicle supports, and nothing else of services 01, 06 and 09 "
          + "then. A list of parameters that is refused for good ends there; one that is not "
          + "answered is asked for again, less and less, beside what is known; where nobody "
          + "gives the first list, all that is wanted is asked");
  private static final Key<Boolean> BATCH =
      Key.flag("batch", true).says("up to six PIDs of service 01 may share a request");
  private static final Key<Long> VEHICLE_INFO = Key.duration("vehicle_info", "0s", LONGEST)
      .or("1d")
      .says("how often VIN, calibrations and names of the units are asked for; `0s` never");
  private static final Key<Long> TROUBLE_CODES = Key.duration("trouble_codes", "0s", LONGEST)
      .or("1m")
      .says("how often stored, pending and permanent trouble codes are asked for; `0s` never");
  private static final Key<Boolean> FREEZE_FRAME =
      Key.flag("freeze_frame", true).says("ask for the freeze frame when the stored codes change");
  private static final Key<Long> MONITOR_TESTS = Key.duration("monitor_tests", "0s", LONGEST)
      .or("0s")
      .says("how often the results of all monitor tests are asked for; `0s` never");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(
      PERIOD, PIDS, DISCOVER, BATCH, VEHICLE_INFO, TROUBLE_CODES, FREEZE_FRAME, MONITOR_TESTS);

  /** One request and its period in nanoseconds. */
  public record Asked(DiagnosticRequest request, long periodNs) {
    /** Whether it stands for everything that the service offers. */
    boolean isAll() {
      return request.payload().length() == 1
          && (request.payload().at(0) == 0x01 || request.payload().at(0) == 0x06);
    }
  }

  /** Copies the list. */
  public PollSettings {
    requests = List.copyOf(requests);
  }

  /** Reads the mapping, for a bus with such units; what is absent has its default. */
  public static PollSettings from(Node poll, UnitIds units) {
    long periodNs = poll.get(PERIOD);
    List<Asked> requests = new ArrayList<>();
    Set<Integer> targets = new HashSet<>();
    for (Node item : poll.at(PIDS).items()) {
      if (item.isMapping()) {
        Node request = item.at(PID_REQUEST);
        Node target = item.at(PID_TARGET);
        long ownNs = item.find(PID_PERIOD).orElse(periodNs);
        int to = target.isPresent() ? UnitIds.id(target) : DiagnosticRequest.EVERYONE;
        if (to >= 0 && targets.add(to)) {
          units.warnOfGuess(target, to);
        }
        if (to >= 0 || !target.isPresent()) {
          read(request, to, units.answerTo(to), ownNs, requests);
        }
        item.refuseUnknownKeys();
      } else {
        read(item, DiagnosticRequest.EVERYONE, -1, periodNs, requests);
      }
    }
    PollSettings settings = new PollSettings(
        requests,
        poll.get(DISCOVER),
        poll.get(BATCH),
        poll.get(VEHICLE_INFO),
        poll.get(TROUBLE_CODES),
        poll.get(FREEZE_FRAME),
        poll.get(MONITOR_TESTS));
    poll.refuseUnknownKeys();
    return settings;
  }

  /** Adds the requests that a text names. */
  private static void read(Node node, int to, int answer, long periodNs, List<Asked> out) {
    String text = node.text(REQUEST, REQUEST_WANTED);
    if (!REQUEST.matcher(text).matches()) {
      return; // a fault already
    }
    byte[] all = HexFormat.of().parseHex(text.replaceAll("[\\s*]", ""));
    int service = all[0] & 0xFF;
    boolean isOfOne = service == 0x19 || service == 0x21 || service == 0x22;
    if (isOfOne && to == DiagnosticRequest.EVERYONE) {
      node.fault("want {request: ..., target: ...}: services 19, 21 and 22 are asked of one unit");
      return;
    }
    if (all.length == 1
        && !text.contains("*")
        && (service != 0x03 && service != 0x07 && service != 0x0A)) {
      node.fault("want " + REQUEST_WANTED + ", got '" + text + "'");
      return;
    }
    int width = parameterBytes(service);
    if (width > 0 && (all.length - 1) % width != 0) {
      node.fault("want parameters of " + width + " bytes each, got '" + text + "'");
      return;
    }
    try {
      if (width == 0 || all.length == 1) {
        out.add(new Asked(new DiagnosticRequest(to, answer, Bytes.of(all)), periodNs));
        return;
      }
      for (int at = 1; at < all.length; at += width) {
        Bytes one = Bytes.of(all, 0, 1).then(Bytes.of(all, at, width));
        out.add(new Asked(new DiagnosticRequest(to, answer, one), periodNs));
      }
    } catch (IllegalArgumentException e) {
      node.fault(String.valueOf(e.getMessage()));
    }
  }

  /** How long one parameter is of those that a text may list several of; 0 where the text is one request. */
  private static int parameterBytes(int service) {
    return switch (service) {
      case 0x01, 0x06, 0x09, 0x21 -> 1;
      case 0x22 -> 2;
      default -> 0;
    };
  }
}
