package dev.caravan.agent.fault;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Program;
import dev.caravan.agent.broker.LoopbackBroker;
import dev.caravan.agent.cli.AuditRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The agent's disk is an ext4 image that lies on XFS, where a copy of a file is made in an instant by sharing its blocks
 * (reflink). A power cut: such a copy is taken of the image while the kernel writes to it; the agent is killed; the copy is
 * mounted in place of the image, which replays its journal, and the agent starts on that. All that the kernel had not given to the
 * device is lost. What a device with a cache of its own loses besides is not shown here.
 */
final class PowerCuts {
  private static final long SHELF_BYTES = 1L << 30;
  private static final long DISK_BYTES = 48L << 20;

  private final String xfs = Program.require("mkfs.xfs", "xfsprogs");
  private final String ext4 = Program.require("mkfs.ext4", "e2fsprogs");
  private final String freeze = Program.require("fsfreeze", "util-linux");
  private final Trial trial;
  private final Path folder;
  private final Path shelf;
  private final Path disk;
  private final Path spool;

  PowerCuts(Trial trial, Path folder) {
    this.trial = trial;
    this.folder = folder;
    this.shelf = folder.resolve("shelf");
    this.disk = folder.resolve("disk");
    this.spool = disk.resolve("spool");
  }

  void happen() throws Exception {
    try (Leftovers leftovers = new Leftovers()) {
      Mounts mounts = new Mounts(leftovers);
      try {
        mounts.image(folder.resolve("shelf.img"), SHELF_BYTES, shelf, xfs, "-q");
        mounts.image(shelf.resolve("live.img"), DISK_BYTES, disk, ext4, "-q");
        copy();
      } catch (IOException e) {
        throw trial.notPermitted("power: cut", "no loop mounts of XFS and ext4: " + e.getMessage());
      }
      try (LoopbackBroker broker = new LoopbackBroker(0);
          FaultyLink link = new FaultyLink(broker.port());
          Road road = new Road(RoadPlan.of(folder, link.port(), broker.port())
              .store("{dir: disk/spool, sync: 100ms, segment: 16KiB}"))) {
        trial.suffer(road, "power: cut while batches are stored", 2 * trial.times(), () -> {
          storing(mounts, road, link);
        });
        trial.suffer(road, "power: cut while batches leave", 2 * trial.times(), () -> {
          leaving(mounts, road, link);
        });
        leftovers.add(() -> thaw());
        trial.suffer(road, "disk: hangs", trial.times(), () -> {
          Program.run(freeze, "--freeze", disk.toString());
          Trial.pass(6_000);
          thaw();
        });
      }
    }
  }

  private void thaw() throws IOException {
    try {
      Program.run(freeze, "--unfreeze", disk.toString());
    } catch (IOException e) {
      // it is not frozen then
    }
  }

  /** Nothing leaves meanwhile, so what the copy does not have the broker has not either; what was durable long ago it must have. */
  private void storing(Mounts mounts, Road road, FaultyLink link) throws IOException {
    link.hold(true);
    Trial.pass(200);
    long promised = Road.newest(spool);
    Trial.pass(1_500 + trial.random().nextInt(1_500));
    copy();
    road.killAgent();
    swap(mounts);
    long found = Road.newest(spool);
    assertTrue(found >= promised, "durable through " + promised + ", found through " + found);
    // what is held would arrive though it may be younger than the copy
    link.cut();
    link.hold(false);
    road.startAgent();
  }

  /** The agent stands still while the copy is made, somewhere between storing, sending and removing. */
  private void leaving(Mounts mounts, Road road, FaultyLink link) throws IOException {
    if (trial.random().nextBoolean()) {
      // so that there is something to send, many at a time
      link.down(true);
      Trial.pass(2_000);
      link.down(false);
      Trial.pass(trial.random().nextInt(2_000));
    }
    Trial.signal("STOP", road.agentPid());
    copy();
    road.killAgent();
    swap(mounts);
    road.startAgent();
  }

  private void copy() throws IOException {
    Program.run(
        "cp",
        "--reflink=always",
        shelf.resolve("live.img").toString(),
        shelf.resolve("copy.img").toString());
  }

  private void swap(Mounts mounts) throws IOException {
    mounts.offAtOnce(disk);
    Files.move(
        shelf.resolve("copy.img"), shelf.resolve("live.img"), StandardCopyOption.REPLACE_EXISTING);
    mounts.image(shelf.resolve("live.img"), disk);
    AuditRun audit = AuditRun.of("--spool", spool.toString());
    assertTrue(!audit.words().contains("DISAGREEMENT"), audit::words);
  }
}
