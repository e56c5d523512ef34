package dev.caravan.agent.shape.privacy;

import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalGroup;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.stage.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What stands before all else of a route, its events as well: of a group goes on what may be told of it. All rules that match a
 * signal count: what one of them leaves out is left out, areas are held against what was measured, and what is rounded or
 * hashed goes through the rules in their order. A group of which nothing is left goes on empty, so that time passes.
 *
 * <p>Each sample left out, also by a fault of the program, is counted in {@code shape.withheld} of the route. A group that no
 * rule touches is not copied. The thread of the pipeline calls it.
 */
public final class Veil implements Stage<SampleGroup, SampleGroup> {
  private static final Cover[] CLEAR = {};

  private final PrivacySettings settings;
  private final Counter withheld;
  private final Map<NameRule, Pseudonym> pseudonyms = new HashMap<>();
  private final SampleGroup told = new SampleGroup();

  // by the index of the group, filled when it is first seen, or has grown
  private @Nullable Covers[] groups = new Covers[64];

  /** Of the first so many signals of a group; none where all of them go as they are. */
  private static final class Covers {
    private final int size;
    private final Cover[] ofPlaces;

    Covers(int size, Cover[] ofPlaces) {
      this.size = size;
      this.ofPlaces = ofPlaces;
    }
  }

  /** One with the rules of a route. */
  public Veil(PrivacySettings settings, String route, Health health) {
    this.settings = settings;
    this.withheld = health.counter(SharedMetrics.SHAPE_WITHHELD, route);
    for (NameRule rule : settings.names()) {
      rule.secret()
          .ifPresent(key -> pseudonyms.put(rule, new Pseudonym(key.toArray(), rule.salt())));
    }
  }

  @Override
  public void accept(SampleGroup group, Consumer<? super SampleGroup> out) {
    Cover[] covers;
    int held = group.size();
    try {
      covers = covers(group.group());
      if (covers.length > 0) {
        told.begin(group.group(), group.timeNs());
        for (int i = 0; i < group.size(); i++) {
          covers[group.place(i)].give(group, i, told);
        }
        held -= told.size();
      } else {
        held = 0;
      }
    } finally {
      withheld.add(held);
    }
    out.accept(covers.length > 0 ? told : group);
  }

  private Cover[] covers(SignalGroup group) {
    int index = group.index();
    if (index >= groups.length) {
      groups = Arrays.copyOf(groups, Math.max(index + 1, groups.length * 2));
    }
    Covers known = groups[index];
    if (known == null || known.size != group.size()) {
      known = new Covers(group.size(), coversFor(group));
      groups[index] = known;
    }
    return known.ofPlaces;
  }

  private Cover[] coversFor(SignalGroup group) {
    Cover[] all = new Cover[group.size()];
    boolean isClear = true;
    for (int place = 0; place < all.length; place++) {
      all[place] = cover(group, group.signal(place));
      isClear &= all[place] == Cover.NONE;
    }
    return isClear ? CLEAR : all;
  }

  private Cover cover(SignalGroup group, Signal signal) {
    String path = signal.path();
    if (settings.drops(path)) {
      return Cover.DROPPED;
    }
    Halves halves = Halves.of(settings.positions(), path);
    List<Pseudonym> hashed = new ArrayList<>();
    for (NameRule rule : settings.names()) {
      if (rule.match().matches(path)) {
        hashed.add(Objects.requireNonNull(pseudonyms.get(rule)));
      }
    }
    if (!halves.rules().isEmpty()) {
      // a number is not hashed, and what is both halves is none
      return hashed.isEmpty() && !halves.isBoth(signal)
          ? position(group, signal, halves)
          : Cover.DROPPED;
    }
    return hashed.isEmpty() ? Cover.NONE : new HashCover(hashed);
  }

  private static Cover position(SignalGroup group, Signal signal, Halves halves) {
    List<Signal> together =
        IntStream.range(0, group.size()).mapToObj(group::signal).toList();
    int other = halves.other(signal, together).map(Signal::place).orElse(PositionCover.ALONE);
    return new PositionCover(halves.rules(), halves.isLongitude(signal), other);
  }
}
