package dev.caravan.agent.fault;

import dev.caravan.agent.Program;
import dev.caravan.agent.broker.LoopbackBroker;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The disk of the running agent, a tmpfs of 16 MiB, fills, goes behind a read-only one, takes no write; what cannot be stored is held in memory. */
final class BadDisk {
  private final String prlimit = Program.require("prlimit", "util-linux");
  private final Trial trial;
  private final Path folder;
  private final Path disk;
  private final StorePart part = new StorePart();

  BadDisk(Trial trial, Path folder) {
    this.trial = trial;
    this.folder = folder;
    this.disk = folder.resolve("disk");
  }

  void happen() throws Exception {
    try (Leftovers leftovers = new Leftovers()) {
      Mounts mounts = new Mounts(leftovers);
      try {
        mounts.memory(disk, "16m");
      } catch (IOException e) {
        throw trial.notPermitted("disk: of the running agent", "no tmpfs: " + e.getMessage());
      }
      try (LoopbackBroker broker = new LoopbackBroker(0);
          FaultyLink link = new FaultyLink(broker.port());
          Road road = new Road(RoadPlan.of(folder, link.port(), broker.port())
              .store("{dir: disk/spool, sync: 100ms, segment: 16KiB}")
              .more(part.configuration()))) {
        suffer(
            road,
            "disk: tmpfs of 16 MiB fills, no link",
            "write failed: No space left",
            () -> {
              link.down(true);
              fill();
            },
            () -> {
              Files.delete(disk.resolve("filler"));
              link.down(false);
            });
        Path spool = disk.resolve("spool");
        suffer(
            road,
            "disk: becomes read-only, and writable again",
            "write failed: read-only file system",
            () -> {
              mounts.readOnly(spool, folder.resolve("aside"));
              part.awaitWords(StorePart.IN_MEMORY + "write failed: read-only file system");
            },
            () -> mounts.off(spool));
        suffer(
            road,
            "disk: every write fails, for a while",
            "write failed: File too large",
            () -> limit(road, "0"),
            () -> limit(road, "unlimited"));
      }
    }
  }

  private void suffer(Road road, String name, String why, Trial.Fault begin, Trial.Fault end)
      throws Exception {
    trial.suffer(road, name, trial.times(), () -> {
      begin.happen();
      try {
        part.awaitWords(why);
        Trial.pass(3_000);
      } finally {
        end.happen();
      }
      part.awaitWell();
      road.awaitLogged("the disk fails, trying again: " + why, 0);
      // as its end says so too
      road.awaitLogged(why, 1);
    });
  }

  private void fill() throws IOException {
    byte[] chunk = new byte[4096];
    try (OutputStream out = Files.newOutputStream(disk.resolve("filler"))) {
      // no more than there is room for
      for (int i = 0; i < 16 << 20; i += chunk.length) {
        out.write(chunk);
      }
      throw new IllegalStateException("16 MiB are not full after 16 MiB");
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
    }
  }

  /** How large a file may become, and so whether the agent may write at all. */
  private void limit(Road road, String bytes) throws IOException {
    Program.run(
        prlimit, "--pid", Long.toString(road.agentPid()), "--fsize=" + bytes + ":unlimited");
  }
}
