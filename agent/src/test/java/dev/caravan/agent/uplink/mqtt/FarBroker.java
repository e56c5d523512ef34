package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.broker.LoopbackBroker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A loopback broker, and what a test opens at it; all ends with it, the latest first. */
final class FarBroker implements AutoCloseable {
  final LoopbackBroker broker = new LoopbackBroker(0);
  private final List<Runnable> opened = new ArrayList<>();

  FarBroker() throws IOException {}

  /** An uplink with such settings, to this broker unless they name another. */
  Rig rig(String... lines) {
    List<String> all = new ArrayList<>(List.of(lines));
    if (all.stream().noneMatch(line -> line.startsWith("url:"))) {
      all.add("url: " + broker.url());
    }
    Rig rig = new Rig(Tail.settings(all.toArray(String[]::new)));
    closing(rig.uplink::close);
    return rig;
  }

  Tail tail(String... filters) {
    Tail tail = new Tail(broker.url(), filters);
    closing(tail::close);
    return tail;
  }

  /** What ends something else with it. */
  void closing(Runnable closing) {
    opened.add(closing);
  }

  /** The threads that Paho or a connection made, but for those of subscribers, and where they are. */
  static List<String> mqttThreads() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().contains("d1/cloud"))
        .map(thread -> thread.getKey().getName() + List.of(thread.getValue()))
        .toList();
  }

  @Override
  public void close() {
    Collections.reverse(opened);
    opened.forEach(Runnable::run);
    broker.close();
  }
}
