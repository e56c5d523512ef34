package dev.caravan.agent.fault;

import static dev.caravan.agent.fault.Trial.pass;

import dev.caravan.agent.FakeClock;
import dev.caravan.agent.broker.LoopbackBroker;
import dev.caravan.agent.fault.Road.Verdict;
import java.io.IOException;
import java.nio.file.Path;

/** The board's wall clock is set while the agent runs, with and without a link. */
final class WrongClock {
  private static final String RIGHT = "+0";
  private static final String YEAR_1971 = "-20400d";
  private static final String HOUR_BACK = "-1h";
  private static final String FIVE_YEARS_ON = "+1825d";

  private final Trial trial;
  private final Path folder;
  private final FakeClock clock;

  WrongClock(Trial trial, Path folder) throws IOException {
    this.trial = trial;
    this.folder = folder;
    this.clock = new FakeClock(folder);
  }

  void happen() throws Exception {
    try (LoopbackBroker broker = new LoopbackBroker(0);
        FaultyLink link = new FaultyLink(broker.port());
        Road road = new Road(
            RoadPlan.of(folder, link.port(), broker.port()).environment(clock.environment()))) {
      suffer(road, "clock: an hour back, right, years on, right", () -> {
        for (String each : new String[] {HOUR_BACK, RIGHT, FIVE_YEARS_ON, RIGHT}) {
          clock.set(each);
          pass(1_000);
        }
        road.awaitRight();
      });
      suffer(road, "clock: agent starts in 1971 without a link", () -> {
        link.down(true);
        road.killAgent();
        clock.set(YEAR_1971);
        road.startAgent();
        road.awaitLogged("can0: open", 0);
        pass(2_000);
        clock.set(RIGHT);
        pass(1_000);
        link.down(false);
      });
    }
  }

  private void suffer(Road road, String name, Trial.Fault fault) throws Exception {
    Verdict before = road.latest();
    long slowestMs = 0;
    for (int i = 0; i < trial.times(); i++) {
      pass(trial.random().nextInt(1_000));
      fault.happen();
      slowestMs = Math.max(slowestMs, road.awaitNext());
    }
    trial.judge(road, name, trial.times(), before, slowestMs);
  }
}
