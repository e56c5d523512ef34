package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Visible;
import dev.caravan.agent.wire.StatusDescription;
import dev.caravan.agent.wire.StatusDescription.PartDescription;
import dev.caravan.agent.wire.StatusDescription.StreamDescription;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A status for a person: lines of {@code key: value}; what is not known is left out. Has no state; any thread. */
final class StatusText {
  private StatusText() {}

  static List<String> lines(StatusDescription status) {
    List<String> lines = new ArrayList<>();
    add(lines, "state", word(status.state()));
    add(lines, "agent version", status.facts().agentVersion());
    add(lines, "agent commit", status.facts().agentCommit());
    add(lines, "configuration hash", status.facts().configHash().toString());
    add(lines, "boot id", status.facts().bootId().toString());
    add(lines, "boot count", known(status.facts().bootCount(), ""));
    add(lines, "uptime", unsigned(status.uptimeS()) + " s");
    add(lines, "time", Instant.EPOCH.plus(status.timeUs(), ChronoUnit.MICROS).toString());
    add(lines, "monotonic clock", status.monotonicUs() + " µs");
    add(lines, "time from", word(status.timeOrigin()));
    add(lines, "time error", known(status.timeErrorUs(), " µs"));
    status.sources().forEach(source -> add(lines, "source " + source.name(), words(source)));
    status.routes().forEach(route -> add(lines, "route " + route.name(), words(route)));
    for (StreamDescription each : status.streams()) {
      add(lines, "stream " + each.route() + " " + each.kind(), each.stream().toString());
    }
    status
        .counters()
        .forEach(
            (key, value) -> add(lines, (key.name() + " " + key.part()).strip(), unsigned(value)));
    return lines;
  }

  private static void add(List<String> lines, String key, String value) {
    if (!value.isEmpty()) {
      lines.add(Visible.of(key + ": " + value));
    }
  }

  private static String words(PartDescription part) {
    return word(part.state())
        + (part.busMode().isEmpty() ? "" : ", " + part.busMode())
        + (part.why().isEmpty() ? "" : ", " + part.why());
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String unsigned(long value) {
    return Long.toUnsignedString(value);
  }

  /** Nothing for 0, which stands for what is not known. */
  private static String known(long value, String unit) {
    return value == 0 ? "" : unsigned(value) + unit;
  }
}
