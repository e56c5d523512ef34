package dev.caravan.agent.fault;

import dev.caravan.agent.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Two ports of one mosquitto in a network of their own: what goes to the agent's and comes from it is lost or slow, the tail's is
 * left alone.
 */
final class BadNetwork {
  private final String ip = Program.require("ip", "iproute2");
  private final String tc = Program.require("tc", "iproute2");
  private final String nft = Program.require("nft", "nftables");
  private final String name = "caravan-faults-" + ProcessHandle.current().pid();
  private final List<String> inside = List.of(ip, "netns", "exec", name);
  private final Trial trial;
  private final Path folder;
  private final int agentPort;
  private final int tailPort;

  BadNetwork(Trial trial, Path folder) throws IOException {
    this.trial = trial;
    this.folder = folder;
    this.agentPort = Program.freePort();
    this.tailPort = Program.freePort();
  }

  void happen() throws Exception {
    try (Leftovers leftovers = new Leftovers()) {
      try {
        Program.run(ip, "netns", "add", name);
        leftovers.add(() -> Program.run(ip, "netns", "delete", name));
        // as on a real link: a packet of 64 KiB is no loss of 30 %
        within(ip, "link set lo mtu 1500 up");
        filter("input", "numgen random mod 100 < 30 drop");
        within(nft, "delete table inet faults");
      } catch (IOException e) {
        throw trial.notPermitted(
            "network: in a namespace", "no network namespace with nftables: " + e.getMessage());
      }
      Program broker =
          Program.mosquitto(inside, folder, agentPort, "listener " + tailPort + " 127.0.0.1");
      try (broker;
          Road road = new Road(RoadPlan.of(folder, agentPort, tailPort).inside(inside))) {
        suffer(road, "network: 30 % of the packets lost", "numgen random mod 100 < 30 drop");
        suffer(road, "network: cut", "drop");
        slow(road);
        if (!broker.process().isAlive()) {
          throw new IOException("the broker has ended: " + broker.errors());
        }
      }
    }
  }

  private void suffer(Road road, String fault, String verdict) throws Exception {
    trial.suffer(road, fault, trial.times(), () -> {
      filter("input", verdict);
      Trial.pass(10_000);
      within(nft, "delete table inet faults");
    });
  }

  private void slow(Road road) throws Exception {
    String fault = "network: 64 kbit/s (tc tbf)";
    try {
      shape();
      unshape();
    } catch (IOException e) {
      throw trial.notPermitted(fault, "no htb and tbf: " + e.getMessage());
    }
    trial.suffer(road, fault, trial.times(), () -> {
      shape();
      Trial.pass(10_000);
      unshape();
    });
  }

  /** Does something to packets from and to the agent's port, as they come in or go out. */
  private void filter(String hook, String verdict) throws IOException {
    within(nft, "add table inet faults");
    within(nft, "add chain inet faults any { type filter hook " + hook + " priority 0; }");
    for (String end : List.of("dport", "sport")) {
      within(nft, "add rule inet faults any tcp " + end + " " + agentPort + " " + verdict);
    }
  }

  private void shape() throws IOException {
    within(tc, "qdisc add dev lo root handle 1: htb default 1");
    for (String one : List.of("1:1", "1:3")) {
      within(tc, "class add dev lo parent 1: classid " + one + " htb rate 1gbit");
    }
    within(tc, "qdisc add dev lo parent 1:3 handle 30: tbf rate 64kbit burst 4k latency 1s");
    filter("output", "meta priority set 1:3");
  }

  private void unshape() throws IOException {
    within(nft, "delete table inet faults");
    within(tc, "qdisc delete dev lo root");
  }

  private void within(String program, String arguments) throws IOException {
    List<String> command = new ArrayList<>(inside);
    command.add(program);
    command.addAll(List.of(arguments.strip().split(" +", -1)));
    Program.run(command.toArray(String[]::new));
  }
}
