package dev.caravan.agent.shape.deadband;

import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.shape.Reading;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.stage.Stage;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The shaper of one route: lets a sample pass, as it is and at once, or withholds it for good.
 *
 * <p>The first rule whose pattern matches the signal decides; a signal that no rule matches is not sent. The first
 * sample of a signal and every sample whose quality differs from that of the one sent last pass. All else goes by the
 * time of the samples alone, so a replayed log gives the same output at any speed. Nothing is invented: when no sample
 * comes, none is sent, however long the silence, and a withheld sample is never sent later.
 *
 * <p>The thread of the pipeline calls it. Each sample withheld is counted in {@code shape.withheld} of the route; so is one that a
 * fault of the program keeps from being sent.
 */
public final class Deadband implements Stage<Sample, Report> {
  private final ShapeSettings settings;
  private final Counter withheld;
  private final Reading reading = new Reading();

  // by the index of the signal, filled when it is first seen
  private @Nullable Track[] tracks = new Track[256];

  /** A shaper with the rules of one route. */
  public Deadband(ShapeSettings settings, String route, Health health) {
    this.settings = settings;
    this.withheld = health.counter(SharedMetrics.SHAPE_WITHHELD, route);
  }

  @Override
  public void accept(Sample sample, Consumer<? super Report> out) {
    boolean isSent = false;
    try {
      if (track(sample.signal()).lets(sample)) {
        out.accept(reading.of(sample));
        isSent = true;
      }
    } finally {
      if (!isSent) {
        withheld.increment();
      }
    }
  }

  private Track track(Signal signal) {
    int index = signal.index();
    if (index >= tracks.length) {
      tracks = Arrays.copyOf(tracks, Math.max(index + 1, tracks.length * 2));
    }
    Track known = tracks[index];
    if (known == null) {
      known = settings.ruleFor(signal.path()).map(Track::new).orElse(Track.CLOSED);
      tracks[index] = known;
    }
    return known;
  }
}
