package dev.caravan.agent.fault;

import dev.caravan.agent.Program;
import java.io.IOException;
import java.nio.file.Path;

/** Agent and broker are killed and stopped. */
final class KilledProcesses {
  /** A broker that keeps nothing; it passes on at once what it takes, and holds nothing back for a subscriber. */
  private static final String[] FORGETFUL = {"persistence false", "max_inflight_messages 0"};

  private final Trial trial;
  private final Path folder;
  private final int port;
  private Program broker;

  KilledProcesses(Trial trial, Path folder) throws IOException {
    this.trial = trial;
    this.folder = folder;
    this.port = Program.freePort();
    this.broker = Program.mosquitto(folder, port);
  }

  void happen() throws Exception {
    try (Road road = new Road(RoadPlan.of(folder, port, port))) {
      trial.suffer(road, "agent: kill -9", 5 * trial.times(), () -> {
        road.killAgent();
        road.startAgent();
      });
      trial.suffer(road, "agent: SIGTERM", 2 * trial.times(), () -> {
        road.stopAgent();
        road.startAgent();
      });
      trial.suffer(road, "agent: SIGTERM while the broker hangs", trial.times(), () -> {
        Trial.signal("STOP", broker.process().pid());
        try {
          road.stopAgent();
        } finally {
          Trial.signal("CONT", broker.process().pid());
        }
        road.startAgent();
      });
      trial.suffer(road, "agent: SIGSTOP", 1, () -> stopped(road.agentPid()));
      trial.suffer(road, "broker: kill -9, with persistence", 2 * trial.times(), () -> again());
      again(FORGETFUL);
      road.awaitLive();
      trial.suffer(
          road, "broker: kill -9, without persistence", 2 * trial.times(), () -> again(FORGETFUL));
      trial.suffer(road, "broker: SIGSTOP", 1, () -> stopped(broker.process().pid()));
    } finally {
      broker.close();
    }
  }

  private void again(String... more) throws IOException {
    broker.kill();
    broker = Program.mosquitto(folder, port, more);
  }

  private void stopped(long pid) throws IOException {
    Trial.signal("STOP", pid);
    Trial.pass(trial.longMs());
    Trial.signal("CONT", pid);
  }
}
