package dev.caravan.agent.assembly;

import dev.caravan.agent.decode.PathPattern;
import dev.caravan.agent.decode.vss.VssMapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The signals of a configuration that are defined only when they are heard, as patterns. */
final class SignalsToCome implements Predicate<String> {
  private final List<PathPattern> patterns = new ArrayList<>();

  SignalsToCome(List<SourcePlan> sources, Optional<VssMapping> vss) {
    sources.forEach(source -> patterns.addAll(source.mayHear()));
    vss.map(map -> map.toCome(this))
        .ifPresent(named -> named.stream().map(PathPattern::of).forEach(patterns::add));
  }

  List<PathPattern> patterns() {
    return List.copyOf(patterns);
  }

  boolean isEmpty() {
    return patterns.isEmpty();
  }

  /** Whether one of them has that name, or is covered by that pattern. */
  @Override
  public boolean test(String name) {
    PathPattern asked = PathPattern.of(name);
    return patterns.stream().anyMatch(asked::meets);
  }

  /** Whether one of them may leave in the batches of a route. */
  boolean mayPass(RoutePlan route) {
    return patterns.stream()
        .anyMatch(come -> route.shape().mayLet(come) && !route.privacy().drops(come.toString()));
  }
}
