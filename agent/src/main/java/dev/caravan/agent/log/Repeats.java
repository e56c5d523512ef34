package dev.caravan.agent.log;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets of what one part says again and again only so much pass that it has ten lines a minute. What it says for the first
 * time in a minute always passes, so that no fault hides another; what does not pass is counted, and summed up when the minute is over.
 *
 * <p>A part is what stands before the first colon of a message, as {@code can0}. Not safe for several threads.
 */
final class Repeats {
  private static final long MINUTE_NS = 60_000_000_000L;

  /** With what is said for the first time, and the summary, ten. */
  private static final int MOST_LINES = 7;

  private static final int MOST_KINDS = 32;
  private static final int MOST_PARTS = 64;
  private static final int LONGEST_PART = 64;

  /** What is left of parts that are too many to be told apart. */
  private static final String OTHERS = "log";

  private final Map<String, Minute> minutes = new LinkedHashMap<>();

  /** What a part said, since its minute began. */
  private static final class Minute {
    final long beganNs;
    final Set<String> kinds = new HashSet<>();
    int lines;
    long leftOut;
    String last = "";

    Minute(long beganNs) {
      this.beganNs = beganNs;
    }
  }

  /** Whether a message is to be written; {@code kind} is what it is made from. */
  boolean passes(String kind, String text, long nowNs) {
    Minute minute = minutes.computeIfAbsent(part(text), first -> new Minute(nowNs));
    boolean isNew = minute.kinds.size() < MOST_KINDS && minute.kinds.add(kind);
    if (isNew || minute.lines < MOST_LINES) {
      minute.lines++;
      return true;
    }
    minute.leftOut++;
    minute.last = text;
    return false;
  }

  private String part(String text) {
    int colon = text.indexOf(": ");
    String part = colon < 0 || colon > LONGEST_PART ? OTHERS : text.substring(0, colon);
    return minutes.size() < MOST_PARTS || minutes.containsKey(part) ? part : OTHERS;
  }

  /** Ends what is older than a minute, or all of it; a summary for each part that was cut short. */
  List<String> ended(long nowNs, boolean all) {
    List<String> summaries = new ArrayList<>();
    minutes.entrySet().removeIf(entry -> {
      Minute minute = entry.getValue();
      boolean isOver = all || nowNs - minute.beganNs >= MINUTE_NS;
      if (isOver && minute.leftOut > 0) {
        summaries.add(entry.getKey() + ": left out " + minute.leftOut
            + " lines like those of the last minute, the last: " + minute.last);
      }
      return isOver;
    });
    return summaries;
  }

  /** In how many ns a summary is due; {@link Long#MAX_VALUE} for none. */
  long dueNs(long nowNs) {
    long dueNs = Long.MAX_VALUE;
    for (Minute minute : minutes.values()) {
      if (minute.leftOut > 0) {
        dueNs = Math.min(dueNs, Math.max(0, MINUTE_NS - (nowNs - minute.beganNs)));
      }
    }
    return dueNs;
  }
}
