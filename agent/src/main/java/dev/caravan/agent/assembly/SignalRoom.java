package dev.caravan.agent.assembly;

import dev.caravan.agent.config.FileRoom;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.signal.SignalSpec;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Room in the heap for all that the signals of a configuration make: plans of decoders, the signals themselves, their newest
 * values, and in each route their shapes, buffers and schema. So a configuration that would end the agent for lack of memory
 * is refused before it runs. Has no state; any thread.
 *
 * <p>Half of the heap is theirs. The other half is for what is under way: 20 MiB of frames in the inbox and of open batches, what is
 * only heard, and the program.
 *
 * <p>The reckoning is above what was measured with all signals alive and the page open, Java 17 with compressed references:
 * 930 bytes for a signal of a message of eight, 380 more in each route, texts of ten characters among it, and some 300 while
 * a schema is made.
 */
final class SignalRoom {
  private static final int SHARE = 2;

  private static final long SIGNAL_BYTES = 1_100;
  private static final long CHARACTER_BYTES = 2;
  private static final long LABEL_BYTES = 160;

  /** The plan of a message, and where its senders are told apart a place for each of them. */
  private static final long GROUP_BYTES = 2_400;

  private static final long ROUTE_SIGNAL_BYTES = 650;

  /** A schema is held, packed, made and sent. */
  private static final long ROUTE_CHARACTER_BYTES = 6;

  private static final long ROUTE_LABEL_BYTES = 48;
  private static final long ROUTE_GROUP_BYTES = 400;

  private SignalRoom() {}

  /** How many bytes they take of a heap at most. */
  static long most(long heapBytes) {
    return heapBytes / SHARE;
  }

  /**
   * How many bytes they take.
   *
   * @param books which signals each schema has, by path
   */
  static long bytes(List<Signal> signals, List<Predicate<String>> books) {
    long sum = of(signals, SIGNAL_BYTES, CHARACTER_BYTES, LABEL_BYTES, GROUP_BYTES);
    for (Predicate<String> book : books) {
      List<Signal> inBook =
          signals.stream().filter(each -> book.test(each.path())).toList();
      sum += of(
          inBook, ROUTE_SIGNAL_BYTES, ROUTE_CHARACTER_BYTES, ROUTE_LABEL_BYTES, ROUTE_GROUP_BYTES);
    }
    return sum;
  }

  private static long of(
      List<Signal> signals, long each, long character, long label, long ofGroup) {
    Set<String> groups = new HashSet<>();
    long sum = 0;
    for (Signal signal : signals) {
      SignalSpec spec = signal.spec();
      sum += each + label * spec.labels().size() + character * characters(spec);
      if (groups.add(spec.group())) {
        sum += ofGroup + character * spec.group().length();
      }
    }
    return sum;
  }

  private static long characters(SignalSpec spec) {
    return spec.path().length()
        + spec.unit().length()
        + spec.labels().values().stream().mapToLong(String::length).sum();
  }

  /**
   * A fault, at the source that has the most signals, where they take more than their room in a heap.
   *
   * @param bySource how many signals each source has
   */
  static void check(
      Map<Node, Integer> bySource, List<Signal> signals, List<RoutePlan> routes, long heapBytes) {
    List<Predicate<String>> books =
        routes.stream().flatMap(route -> route.books().stream()).toList();
    long bytes = bytes(signals, books);
    Optional<Map.Entry<Node, Integer>> largest =
        bySource.entrySet().stream().max(Comparator.comparing(Map.Entry::getValue));
    if (bytes <= most(heapBytes) || largest.isEmpty()) {
      return;
    }
    Node source = largest.get().getKey();
    Node decode = source.at(SourceTypes.DECODE);
    (decode.isPresent() ? decode : source)
        .fault("signals " + largest.get().getValue() + files(decode) + ", of all sources "
            + signals.size() + ", would take some " + FileRoom.words(bytes)
            + " of memory in routes " + routes.size() + "; want " + FileRoom.words(most(heapBytes))
            + " at most, half of the heap: fewer signals or routes, or a larger -Xmx");
  }

  private static String files(Node decode) {
    String files = decode.items().stream()
        .flatMap(item -> DecoderTypes.file(item).stream())
        .collect(Collectors.joining(", "));
    return files.isEmpty() ? "" : " of " + files;
  }
}
