package dev.caravan.agent.fault;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a road is laid.
 *
 * @param folder what it keeps
 * @param url the broker, as the agent reaches it
 * @param tailPort the broker's port for the tail
 * @param inside comes before the commands of agent and tail, to run them somewhere else
 * @param environment of the agent
 * @param batch the {@code batch} of the route
 * @param store its {@code store}
 * @param uplink more keys of its {@code uplink}, each with a comma before it
 * @param more further lines of the configuration
 * @param dbc what the agent reads; {@code one.dbc} has one message of the car
 */
record RoadPlan(
    Path folder,
    String url,
    int tailPort,
    List<String> inside,
    Map<String, String> environment,
    String batch,
    String store,
    String uplink,
    String more,
    String dbc) {
  /** Two ports of one broker. */
  static RoadPlan of(Path folder, int agentPort, int tailPort) {
    return new RoadPlan(
        folder,
        "tcp://127.0.0.1:" + agentPort,
        tailPort,
        List.of(),
        Map.of(),
        "{max_age: 100ms}",
        "{dir: spool, sync: 100ms}",
        "",
        "",
        "one.dbc");
  }

  RoadPlan inside(List<String> prefix) {
    return new RoadPlan(
        folder, url, tailPort, prefix, environment, batch, store, uplink, more, dbc);
  }

  RoadPlan environment(Map<String, String> variables) {
    return new RoadPlan(folder, url, tailPort, inside, variables, batch, store, uplink, more, dbc);
  }

  RoadPlan batch(String keys) {
    return new RoadPlan(folder, url, tailPort, inside, environment, keys, store, uplink, more, dbc);
  }

  RoadPlan store(String keys) {
    return new RoadPlan(folder, url, tailPort, inside, environment, batch, keys, uplink, more, dbc);
  }

  RoadPlan uplink(String to, String keys) {
    return new RoadPlan(folder, to, tailPort, inside, environment, batch, store, keys, more, dbc);
  }

  RoadPlan more(String lines) {
    return new RoadPlan(
        folder, url, tailPort, inside, environment, batch, store, uplink, lines, dbc);
  }

  RoadPlan dbc(Path file) {
    return new RoadPlan(
        folder, url, tailPort, inside, environment, batch, store, uplink, more, file.toString());
  }

  String configuration() {
    return """
        device: {id: car, fleet: faults}
        sources:
          - {name: can0, type: slcan, port: links/can0, bitrate: 500k, decode: [{dbc: "%s"}]}
        routes:
          - name: cloud
            batch: %s
            store: %s
            uplink: {type: mqtt, url: "%s", keep_alive: 5s, connect_timeout: 2s%s}
        devices: [{name: can0, type: slcan, rate: 600}]
        %s
        """.formatted(dbc, batch, store, url, uplink, more);
  }
}
