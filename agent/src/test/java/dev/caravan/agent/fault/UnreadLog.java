package dev.caravan.agent.fault;

import static dev.caravan.agent.fault.Trial.pass;

import dev.caravan.agent.broker.LoopbackBroker;
import java.nio.file.Path;
import java.util.List;

/** Standard error of the agent is a pipe that is full from the start, and that nobody reads. */
final class UnreadLog {
  /** Makes a pipe, fills it (pipe(7): 65,536 bytes), keeps it open, and makes it the standard error of what follows. */
  private static final String FULL_PIPE =
      "mkfifo \"$0.$$\"; exec 3<>\"$0.$$\";" + " head -c 65536 /dev/zero >&3; exec \"$@\" 2>&3";

  private final Trial trial;
  private final Path folder;

  UnreadLog(Trial trial, Path folder) {
    this.trial = trial;
    this.folder = folder;
  }

  void happen() throws Exception {
    List<String> prefix = List.of("sh", "-c", FULL_PIPE, folder.resolve("pipe").toString());
    try (LoopbackBroker broker = new LoopbackBroker(0);
        FaultyLink link = new FaultyLink(broker.port());
        Road road = new Road(RoadPlan.of(folder, link.port(), broker.port()).inside(prefix))) {
      trial.suffer(road, "log: nobody reads it, link down for 1 s", 2 * trial.times(), () -> {
        link.down(true);
        pass(1_000);
        link.down(false);
      });
      trial.suffer(road, "log: nobody reads it, SIGTERM", 2 * trial.times(), () -> {
        road.stopAgent();
        road.startAgent();
      });
    }
  }
}
