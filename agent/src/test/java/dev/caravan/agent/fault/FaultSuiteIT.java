package dev.caravan.agent.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravan.agent.Program;
import dev.caravan.agent.broker.LoopbackBroker;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.fault.Road.Verdict;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every fault, {@code -Dcaravan.faults} times as often as usual (1), at instants that follow from {@code -Dcaravan.seed}. After
 * each one the audit of all that ever arrived must be clean. Prints one table, and leaves it in {@code
 * target/fault-suite.txt}.
 */
class FaultSuiteIT {
  private static final int TIMES = Integer.getInteger("caravan.faults", 1);
  private static final long SEED = Long.getLong("caravan.seed", 20261124);
  private static final List<String> TABLE = new ArrayList<>();

  private interface Fault {
    /** Brings it about, and ends it. */
    void happen() throws Exception;
  }

  private final Path folder;
  private final Random random = new Random(SEED);

  FaultSuiteIT(@TempDir Path folder) {
    this.folder = folder;
  }

  private static void pass(long ms) {
    Awaitility.await()
        .pollDelay(Duration.ofMillis(ms))
        .atMost(Duration.ofDays(1))
        .until(() -> true);
  }

  private static void signal(String name, long pid) throws IOException {
    Program.run("kill", "-" + name, Long.toString(pid));
  }

  /** Makes a fault happen so often, and judges. */
  private void suffer(Road road, String name, int times, Fault fault) throws Exception {
    Verdict before = road.awaitClean();
    long slowestMs = 0;
    for (int i = 0; i < times; i++) {
      pass(100 + random.nextInt(900));
      fault.happen();
      slowestMs = Math.max(slowestMs, road.awaitLiveSince(System.currentTimeMillis()));
    }
    Verdict after = road.awaitClean();
    long lost = after.missing() - after.named();
    TABLE.add(String.format(
        Locale.ROOT,
        "%-46s %5d %8d %5d %5d %6d %8.1f  %s",
        name,
        times,
        after.batches() - before.batches(),
        Math.max(0, lost),
        after.named() - before.named(),
        after.again() - before.again(),
        slowestMs / 1e3,
        after.isClean() ? "clean" : "NOT CLEAN"));
    assertEquals(true, after.isClean(), () -> name + ": " + after.words() + "\n" + road.log());
    assertEquals(
        after.named(), after.missing(), () -> name + ": " + after.words() + "\n" + road.log());
  }

  @Test
  void processesThatAreKilledAndStopped() throws Exception {
    int port = Program.freePort();
    Program[] broker = {Program.mosquitto(folder, port)};
    try (Road road = new Road(folder, port, port)) {
      suffer(road, "agent: kill -9", 5 * TIMES, () -> {
        road.killAgent();
        road.startAgent();
      });
      suffer(road, "agent: SIGSTOP", 1, () -> {
        signal("STOP", road.agentPid());
        pass(TIMES > 1 ? 60_000 : 8_000);
        signal("CONT", road.agentPid());
      });
      suffer(road, "broker: kill -9, with persistence", 2 * TIMES, () -> {
        broker[0].kill();
        broker[0] = Program.mosquitto(folder, port);
      });
      suffer(road, "broker: SIGSTOP", 1, () -> {
        signal("STOP", broker[0].process().pid());
        pass(TIMES > 1 ? 60_000 : 8_000);
        signal("CONT", broker[0].process().pid());
      });
    } finally {
      broker[0].close();
    }
  }

  @Test
  void brokerThatMisbehaves() throws Exception {
    try (LoopbackBroker broker = new LoopbackBroker(0);
        Link link = new Link(broker.port());
        Road road = new Road(folder, link.port(), broker.port())) {
      suffer(road, "broker: cuts all connections", 3 * TIMES, broker::cut);
      suffer(road, "broker: accepts and closes", TIMES, () -> {
        broker.faults().acceptThenClose(true);
        link.cut();
        pass(2_000);
        broker.faults().acceptThenClose(false);
      });
      suffer(road, "broker: accepts and never answers", TIMES, () -> {
        broker.faults().withholdConnacks(true);
        link.cut();
        pass(4_000);
        broker.faults().withholdConnacks(false);
      });
      suffer(road, "broker: sends garbage", 2 * TIMES, () -> {
        byte[] garbage = new byte[1 + random.nextInt(200)];
        random.nextBytes(garbage);
        broker.sendGarbage(Bytes.of(garbage));
        pass(100);
        link.cut();
      });
      suffer(road, "broker: withholds PUBACKs", TIMES, () -> {
        broker.faults().withholdPubacks(true);
        pass(8_000);
        broker.faults().withholdPubacks(false);
        link.cut();
      });
      suffer(road, "broker: PUBACK with each reason that keeps", TIMES, () -> {
        for (int reason : new int[] {0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97}) {
          broker.faults().refusePubacks(reason);
          pass(500);
        }
        broker.faults().refusePubacks(0);
      });
      suffer(road, "broker: PUBACK 0x99, rejected for good", TIMES, () -> {
        broker.faults().refusePubacks(0x99);
        pass(700);
        broker.faults().refusePubacks(0);
        // the ledger that names them comes with the next batches
        pass(500);
      });
      suffer(road, "broker: CONNACK with reasons that pass", TIMES, () -> {
        for (int reason : new int[] {0x80, 0x83, 0x88, 0x89, 0x97, 0x9F}) {
          broker.faults().refuseConnects(reason);
          link.cut();
          pass(400);
        }
        broker.faults().refuseConnects(0);
      });
      suffer(road, "broker: DISCONNECT with each reason", TIMES, () -> {
        for (int reason : new int[] {0x00, 0x80, 0x89, 0x8B, 0x8D, 0x8E, 0x93, 0x96, 0x97, 0x98}) {
          broker.disconnect(reason);
          pass(300);
        }
      });
      suffer(road, "broker: Receive Maximum shrinks to 1", TIMES, () -> {
        for (int most : new int[] {16, 4, 1}) {
          broker.faults().receiveMaximum(most);
          link.cut();
          pass(1_000);
        }
        broker.faults().receiveMaximum(20);
      });
    }
  }

  @Test
  void linkThatFails() throws Exception {
    try (LoopbackBroker broker = new LoopbackBroker(0);
        Link link = new Link(broker.port());
        Road road = new Road(folder, link.port(), broker.port())) {
      suffer(road, "link: cut at once", 5 * TIMES, link::cut);
      suffer(road, "link: nothing at the other end", TIMES, () -> {
        link.down(true);
        pass(12_000);
        link.down(false);
      });
      suffer(road, "link: dead towards the broker", TIMES, () -> {
        link.deaf(true);
        pass(9_000);
        link.deaf(false);
        link.cut();
      });
      suffer(road, "link: 2 s delay", TIMES, () -> {
        link.delayNs(1_000_000_000L);
        pass(6_000);
        link.delayNs(0);
      });
      suffer(road, "link: 64 kbit/s", TIMES, () -> {
        link.bytesPerSecond(8_000);
        pass(8_000);
        link.bytesPerSecond(Long.MAX_VALUE);
      });
    }
  }

  /** Two ports of one mosquitto in a network of their own: what goes to the agent's gets lost, what goes to the tail's does not. */
  @Test
  void networkThatLosesPackets() throws Exception {
    String ip = Program.require("ip", "iproute2");
    String nft = Program.require("nft", "nftables");
    String name = "caravan-faults-" + ProcessHandle.current().pid();
    String[] inside = {ip, "netns", "exec", name};
    assumeTrue(
        isPermitted(ip, nft, name, inside),
        "skipped: no network namespace with nftables is permitted here");
    int agentPort = Program.freePort();
    int tailPort = Program.freePort();
    Program broker = Program.mosquitto(
        List.of(inside), folder, agentPort, "listener " + tailPort + " 127.0.0.1");
    try (Road road = new Road(folder, agentPort, tailPort, inside)) {
      for (String[] fault : new String[][] {
        {"network: 30 % of the packets lost", "numgen random mod 100 < 30"}, {"network: cut", ""}
      }) {
        suffer(road, fault[0], TIMES, () -> {
          within(inside, nft, "add table inet faults");
          within(inside, nft, "add chain inet faults in { type filter hook input priority 0; }");
          within(
              inside,
              nft,
              "add rule inet faults in tcp dport " + agentPort + " " + fault[1] + " drop");
          pass(10_000);
          within(inside, nft, "delete table inet faults");
        });
      }
    } finally {
      broker.close();
      Program.run(ip, "netns", "delete", name);
    }
  }

  private static boolean isPermitted(String ip, String nft, String name, String... inside) {
    try {
      Program.run(ip, "netns", "add", name);
    } catch (IOException e) {
      return false;
    }
    try {
      within(inside, ip, "link set lo up");
      within(inside, nft, "add table inet probe");
      within(inside, nft, "add chain inet probe in { type filter hook input priority 0; }");
      within(inside, nft, "add rule inet probe in tcp dport 1 numgen random mod 100 < 30 drop");
      within(inside, nft, "delete table inet probe");
      return true;
    } catch (IOException e) {
      try {
        Program.run(ip, "netns", "delete", name);
      } catch (IOException second) {
        // then it is not there
      }
      return false;
    }
  }

  private static void within(String[] inside, String program, String arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(inside));
    command.add(program);
    command.addAll(List.of(arguments.strip().split(" +", -1)));
    Program.run(command.toArray(String[]::new));
  }

  @AfterAll
  static void printTable() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("seed " + SEED + ", times " + TIMES);
    lines.add(String.format(
        "%-46s %5s %8s %5s %5s %6s %8s",
        "fault", "times", "batches", "lost", "named", "again", "back s"));
    lines.addAll(TABLE);
    Files.write(Path.of("target", "fault-suite.txt"), lines);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    lines.forEach(out::println);
  }
}
