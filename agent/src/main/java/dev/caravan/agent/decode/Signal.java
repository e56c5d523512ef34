package dev.caravan.agent.decode;

import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Scale;
import dev.caravan.agent.signal.SignalSpec;
import org.jspecify.annotations.Nullable;

/**
 * One signal of the configuration. There is one instance for each, so signals are compared by identity and found in
 * arrays by {@link #index()}.
 */
public final class Signal {
  private final SignalSpec spec;
  private final int index;
  private final int groupIndex;
  private final int place;
  private final Kind kind;
  private @Nullable Scale scale; // made when it is asked for: mostly it is not

  Signal(SignalSpec spec, int index, SignalGroup group) {
    this.spec = spec;
    this.index = index;
    this.groupIndex = group.index();
    this.place = group.size();
    this.kind = spec.kind();
  }

  /** Small and unique in one configuration, from 0. */
  public int index() {
    return index;
  }

  /** Of its {@link SignalGroup}, small and unique in one configuration, from 0. */
  public int groupIndex() {
    return groupIndex;
  }

  /** Where it stands in its group, from 0. */
  public int place() {
    return place;
  }

  /** Its name, {@code Vehicle.Speed}. */
  public String path() {
    return spec.path();
  }

  /** Everything known of it. */
  public SignalSpec spec() {
    return spec;
  }

  /** What raw values are. */
  public Kind kind() {
    return kind;
  }

  /** How its raw numbers become physical ones, and how these are written. */
  public Scale scale() {
    Scale known = scale;
    if (known == null) {
      known = spec.scale();
      scale = known; // of two threads each may make one: they are equal, and immutable
    }
    return known;
  }

  /** Physical value of a raw one, given as {@link Sample#rawBits()}; NaN for text and bytes. */
  public double physical(long rawBits) {
    return scale().physical(rawBits);
  }

  @Override
  public String toString() {
    return spec.path();
  }
}
