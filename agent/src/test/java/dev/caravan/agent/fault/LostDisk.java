package dev.caravan.agent.fault;

import dev.caravan.agent.broker.LoopbackBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.awaitility.Awaitility;

/** The directory of the running agent's queue, or what it lies in, goes and comes back; and the power says that it goes. */
final class LostDisk {
  private final Trial trial;
  private final Path folder;
  private final Path card;
  private final Path spool;
  private final Path aside;
  private final StorePart part = new StorePart();

  LostDisk(Trial trial, Path folder) {
    this.trial = trial;
    this.folder = folder;
    this.card = folder.resolve("card");
    this.spool = card.resolve("spool");
    this.aside = folder.resolve("aside");
  }

  void happen() throws Exception {
    Files.createDirectory(card);
    Path power = folder.resolve("power");
    try (LoopbackBroker broker = new LoopbackBroker(0);
        FaultyLink link = new FaultyLink(broker.port());
        Road road = new Road(RoadPlan.of(folder, link.port(), broker.port())
            .store("{dir: \"" + spool + "\", sync: 100ms, segment: 16KiB}")
            .more(part.configuration() + "\npower: {file: \"" + power + "\"}"))) {
      suffer(road, "disk: directory deleted, no link", () -> {
        link.down(true);
        Trial.pass(1_000);
        delete(spool);
        awaitFile(spool.resolve("cursor"));
        link.down(false);
      });
      suffer(road, "disk: directory moved, put back, no link", () -> {
        link.down(true);
        Trial.pass(1_000);
        Files.move(spool, aside);
        awaitFile(spool.resolve("cursor"));
        Trial.pass(1_000);
        Path between = folder.resolve("between");
        Files.move(spool, between);
        Files.move(aside, spool);
        Trial.pass(1_500);
        part.awaitWell();
        link.down(false);
        delete(between);
      });
      suffer(road, "disk: card pulled, and put back", () -> {
        Files.move(card, aside);
        part.awaitWords(StorePart.IN_MEMORY);
        road.awaitLive();
        Files.move(aside, card);
        part.awaitWell();
      });
      suffer(road, "disk: not there at the start, comes", () -> {
        road.stopAgent();
        Files.move(card, aside);
        road.startAgent();
        part.awaitWords(StorePart.IN_MEMORY);
        road.awaitLive();
        Files.move(aside, card);
        part.awaitWell();
      });
      suffer(road, "power: told, no link, agent killed", () -> {
        link.down(true);
        Trial.pass(500);
        long told = road.logged("power: goes; ");
        Files.writeString(power, "1");
        road.awaitLogged("power: goes; what was sampled is on disk", told);
        road.killAgent();
        Files.delete(power);
        road.startAgent();
        link.down(false);
      });
    }
  }

  private void suffer(Road road, String name, Trial.Fault fault) throws Exception {
    trial.suffer(road, name, trial.times(), fault);
  }

  private static void awaitFile(Path file) {
    Awaitility.await().until(() -> Files.exists(file));
  }

  /** The files may be written meanwhile. */
  private static void delete(Path tree) throws IOException {
    Path going = Files.move(tree, tree.resolveSibling("going"));
    List<Path> all;
    try (var files = Files.walk(going)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.deleteIfExists(each);
    }
  }
}
