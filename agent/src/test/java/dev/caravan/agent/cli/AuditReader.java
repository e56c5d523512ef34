package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.receive.AuditBooks;
import dev.caravan.agent.receive.Receiver;
import dev.caravan.agent.receive.Room;
import dev.caravan.agent.security.KeyMaterial;
import dev.caravan.agent.uplink.mqtt.MqttSettings;
import dev.caravan.agent.wire.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Reads as {@code caravan audit} does. */
final class AuditReader implements CloudReader {
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final AuditBooks books = new AuditBooks(Room.share(3), told::add);
  private final Tail tail;

  AuditReader(String url, Topics topics) {
    this(MqttSettings.of(url, KeyMaterial.ofRuntime()), topics);
  }

  AuditReader(MqttSettings settings, Topics topics) {
    tail = new Tail(settings, topics, Optional.empty(), books);
    tail.start();
  }

  @Override
  public boolean isSubscribed() {
    return tail.isSubscribed();
  }

  @Override
  public long samples() {
    return tail.counts().samples();
  }

  @Override
  public void prove(long samples) {
    tail.close();
    StringWriter report = new StringWriter();
    Receiver.Counts counts = tail.counts();
    boolean isProved = books.report(counts, new PrintWriter(report, true));
    assertTrue(isProved, () -> report + " " + told);
    assertEquals(samples, counts.samples());
  }

  @Override
  public void close() {
    tail.close();
  }
}
