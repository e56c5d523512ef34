package dev.caravan.agent.shape.deadband;

import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.SignalGroup;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.shape.Report;
import dev.caravan.agent.shape.Unshaped;
import dev.caravan.agent.stage.Stage;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The shaper of one route: lets samples pass, as they are and at once, or withholds them for good.
 *
 * <p>The first rule whose pattern matches the signal decides; a signal that no rule matches is not sent. The first
 * sample of a signal and every sample whose quality differs from that of the one sent last pass. All else goes by the
 * time of the samples alone, so a replayed log gives the same output at any speed. Nothing is invented: when no sample
 * comes, none is sent, however long the silence, and a withheld sample is never sent later. Of a group of which some pass,
 * these leave as one; a group whose signals are all under rules that ask for nothing is not looked at.
 *
 * <p>The thread of the pipeline calls it. Each sample withheld is counted in {@code shape.withheld} of the route; so is one that a
 * fault of the program keeps from being sent.
 */
public final class Deadband implements Stage<SampleGroup, Report> {
  private static final Track[] NOT_YET = {};

  private final ShapeSettings settings;
  private final Counter withheld;
  private final Unshaped passing;
  private final SampleGroup kept = new SampleGroup();

  // by the index of the group, then by place; filled when it is first seen, or has grown
  private Track[][] tracks = new Track[64][];
  private boolean[] areOpen = new boolean[64];

  /** A shaper with the rules of one route. */
  public Deadband(ShapeSettings settings, String route, Health health) {
    this.settings = settings;
    this.withheld = health.counter(SharedMetrics.SHAPE_WITHHELD, route);
    this.passing = new Unshaped(withheld);
    Arrays.fill(tracks, NOT_YET);
  }

  @Override
  public void accept(SampleGroup group, Consumer<? super Report> out) {
    Track[] ofGroup = tracks(group.group());
    if (areOpen[group.group().index()]) {
      passing.accept(group, out);
      return;
    }
    int held = group.size();
    try {
      kept.begin(group.group(), group.timeNs());
      for (int i = 0; i < group.size(); i++) {
        if (ofGroup[group.place(i)].lets(group, i)) {
          kept.add(group, i);
        }
      }
      held -= kept.size();
    } finally {
      withheld.add(held);
    }
    if (kept.size() > 0) {
      passing.accept(kept, out);
    }
  }

  private Track[] tracks(SignalGroup group) {
    int index = group.index();
    if (index >= tracks.length) {
      int before = tracks.length;
      tracks = Arrays.copyOf(tracks, Math.max(index + 1, before * 2));
      Arrays.fill(tracks, before, tracks.length, NOT_YET);
      areOpen = Arrays.copyOf(areOpen, tracks.length);
    }
    if (tracks[index].length != group.size()) {
      enter(group);
    }
    return tracks[index];
  }

  private void enter(SignalGroup group) {
    int known = tracks[group.index()].length;
    Track[] all = Arrays.copyOf(tracks[group.index()], group.size());
    boolean isOpen = true;
    for (int place = 0; place < all.length; place++) {
      if (place >= known) {
        all[place] =
            settings.ruleFor(group.signal(place).path()).map(Track::of).orElse(Track.CLOSED);
      }
      isOpen &= all[place] == Track.OPEN;
    }
    tracks[group.index()] = all;
    areOpen[group.index()] = isOpen;
  }
}
