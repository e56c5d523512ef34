package dev.caravan.agent.shape.trigger;

import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.shape.SampleColumns;
import dev.caravan.agent.shape.Snapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Watches one list of trouble codes, and tells which came and which went. The first list after a start tells those that it
 * has. How often a code occurred ({@code OC 5}) is no change. At most one event in {@value #QUIET_NS} ns; what changes
 * sooner is told then. One thread.
 */
final class CodeList {
  private static final long QUIET_NS = 10_000_000_000L;
  private static final int MOST_TOLD = 32;
  private static final String OCCURRENCES = " OC ";

  private @Nullable String told;
  private long toldNs = Long.MIN_VALUE / 2;

  /** A good sample of the list. */
  void accept(Sample sample, Consumer<? super Report> out) {
    String now = sample.text();
    if (now.equals(told) || Math.abs(sample.timeNs() - toldNs) < QUIET_NS) {
      return;
    }
    Map<String, String> before = codes(told == null ? "" : told);
    Map<String, String> after = codes(now);
    told = now;
    String came = named("came ", after, before);
    String went = named("went ", before, after);
    if (came.isEmpty() && went.isEmpty()) {
      return;
    }
    toldNs = sample.timeNs();
    SampleColumns samples = new SampleColumns(1);
    samples.add(sample);
    String text = came + (came.isEmpty() || went.isEmpty() ? "" : "; ") + went;
    out.accept(
        new Snapshot("trouble_codes", "", toldNs, text, List.of(sample.signal().path()), samples));
  }

  /** The codes of a list, each by what it is without its count. */
  private static Map<String, String> codes(String list) {
    Map<String, String> codes = new LinkedHashMap<>();
    for (String part : list.split(",", -1)) {
      String code = part.strip();
      if (!code.isEmpty()) {
        int count = code.indexOf(OCCURRENCES);
        codes.put(count < 0 ? code : code.substring(0, count), code);
      }
    }
    return codes;
  }

  /** Those that one list has and another has not, in words; empty for none. */
  private static String named(String word, Map<String, String> of, Map<String, String> not) {
    List<String> named = of.entrySet().stream()
        .filter(code -> !not.containsKey(code.getKey()))
        .map(Map.Entry::getValue)
        .toList();
    String shown = named.stream().limit(MOST_TOLD).collect(Collectors.joining(", "));
    int more = named.size() - MOST_TOLD;
    return named.isEmpty() ? "" : word + shown + (more > 0 ? " and " + more + " more" : "");
  }
}
