package dev.caravan.agent.uplink.mqtt;

import static dev.caravan.agent.uplink.mqtt.Rig.text;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.Program;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MosquittoIT {
  private final Path dir;

  MosquittoIT(@TempDir Path dir) {
    this.dir = dir;
  }

  private static Rig rig(Mosquitto mosquitto) {
    return new Rig(Tail.settings("url: " + mosquitto.url()));
  }

  private static List<Entry> entries(long from, long to, int size) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(sequence -> new Entry(
            sequence,
            System.currentTimeMillis() * 1_000_000,
            3,
            Bytes.ofHex("5c4e"),
            Bytes.owning(new byte[size])))
        .toList();
  }

  private static List<Fate> send(Rig rig, List<Entry> entries) throws IOException {
    return rig.outlet.send(entries, Collections.nCopies(entries.size(), false)).fates();
  }

  private static List<Long> range(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsLostWhileTheBrokerIsStoppedAndStarted(boolean persistence) throws Exception {
    String[] lines = {
      "persistence " + persistence, "persistence_location " + dir + "/", "autosave_interval 1"
    };
    MemoryQueue queue = new MemoryQueue();
    try (Mosquitto mosquitto = new Mosquitto(dir, lines);
        Tail tail = new Tail(mosquitto.url(), Rig.DATA)) {
      RunningCourier courier = new RunningCourier(rig(mosquitto), queue, new Random(3));
      long sequence = 0;
      for (int round = 0; round < 6; round++) {
        for (int i = 0; i < 200; i++) {
          queue.append(++sequence);
        }
        // without persistence the broker forgets what it has acknowledged and not yet passed on:
        // nobody can make up for that, so it is stopped then when it has passed on all
        long passedOn = persistence ? sequence - 100 : sequence;
        await().atMost(Duration.ofSeconds(60)).until(() -> tail.sequences().contains(passedOn));
        mosquitto.terminate();
        for (int i = 0; i < 50; i++) {
          queue.append(++sequence);
        }
        mosquitto.startAgain();
      }
      long last = sequence;
      await().atMost(Duration.ofSeconds(90)).until(() -> tail.sequences().contains(last));
      await().atMost(Duration.ofSeconds(30)).until(queue::isEmpty);
      assertEquals(range(1, last), tail.sequences().stream().distinct().sorted().toList());
      int duplicates = tail.sequences().size() - (int) last;
      // our window and the subscriber's at each of six restarts
      assertTrue(duplicates <= 6 * (16 + 64), () -> "duplicates=" + duplicates);
      courier.close();
    }
  }

  @Test
  void aBacklogStoredWithNobodyListeningArrivesWhenTheTailComes() throws Exception {
    MemoryQueue queue = new MemoryQueue();
    try (Mosquitto mosquitto = new Mosquitto(dir)) {
      Rig rig = rig(mosquitto);
      RunningCourier courier = new RunningCourier(rig, queue, new Random(3));
      for (long sequence = 1; sequence <= 50; sequence++) {
        queue.append(sequence);
      }
      await().until(() -> rig.health.part("route", "cloud").why().startsWith("nobody listens"));
      try (Tail tail = new Tail(mosquitto.url(), "caravan/v1/#")) {
        await().until(() -> tail.sequences().equals(range(1, 50)));
        assertTrue(
            tail.messages.stream().anyMatch(message -> message.topic().endsWith("/schema/5c4e")));
      }
      assertEquals(
          0, rig.health.counter(Declared.count("uplink.failures"), "cloud").value());
      courier.close();
    }
  }

  @Test
  void oneMessageOverTheBrokersSizeLimitIsRejectedAndTheRestArrives() throws Exception {
    try (Mosquitto mosquitto = new Mosquitto(dir, "message_size_limit 1000");
        Tail tail = new Tail(mosquitto.url(), Rig.DATA)) {
      Rig rig = rig(mosquitto);
      List<Entry> all = new ArrayList<>(entries(1, 3, 50));
      all.addAll(entries(4, 4, 1100));
      all.addAll(entries(5, 7, 50));
      List<Fate> fates = new ArrayList<>(Collections.nCopies(7, Fate.KEPT));
      await().atMost(Duration.ofSeconds(20)).until(() -> {
        List<Entry> due = all.stream()
            .filter(entry -> fates.get((int) entry.sequence() - 1) == Fate.KEPT)
            .toList();
        try {
          List<Fate> now = send(rig, due);
          for (int i = 0; i < now.size(); i++) {
            fates.set((int) due.get(i).sequence() - 1, now.get(i));
          }
        } catch (IOException e) {
          rig.uplink.open();
        }
        return !fates.contains(Fate.KEPT);
      });
      List<Fate> wanted = new ArrayList<>(Collections.nCopies(7, Fate.ACCEPTED));
      wanted.set(3, Fate.REJECTED);
      assertEquals(wanted, fates);
      await().until(() -> tail.sequences().containsAll(List.of(1L, 2L, 3L, 5L, 6L, 7L)));
      rig.uplink.close();
    }
  }

  @Test
  void clockThatIsSetDoesNotShortenTheLifeOfAMessage() throws Exception {
    String sub = Program.require("mosquitto_sub", "mosquitto-clients");
    long startNs = 40_000_000_000L;
    FakeTimeline timeline = new FakeTimeline(startNs);
    try (Mosquitto mosquitto = new Mosquitto(dir);
        Program seen = Program.start(
            sub,
            "-V",
            "5",
            "-p",
            Integer.toString(mosquitto.port()),
            "-q",
            "1",
            "-t",
            Rig.DATA,
            "-F",
            "%E")) {
      Rig rig = new Rig(
          Tail.settings("url: " + mosquitto.url()), "cloud", false, 3_600_000_000_000L, timeline);
      rig.uplink.open();
      timeline.advanceNs(100_000_000_000L);
      timeline.jumpNs(1_764_000_000_000_000_000L);
      List<Entry> stored = List.of(new Entry(1, startNs, 3, Bytes.ofHex("5c4e"), Bytes.EMPTY));
      await().until(() -> send(rig, stored).get(0) == Fate.ACCEPTED);
      await().until(() -> !seen.lines().isEmpty());
      assertTrue(seen.lines().get(0).matches("3500|349\\d"), () -> seen.lines().toString());
      rig.uplink.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void contentTypeNamesTheMessageAndForReadersOfBeforeAUserPropertyDoes(boolean isCompat)
      throws Exception {
    String sub = Program.require("mosquitto_sub", "mosquitto-clients");
    try (Mosquitto mosquitto = new Mosquitto(dir);
        Program seen = Program.start(
            sub,
            "-V",
            "5",
            "-p",
            Integer.toString(mosquitto.port()),
            "-q",
            "1",
            "-t",
            "caravan/#",
            "-F",
            "%t|%r|%q|%C|%P|%E|%p")) {
      Rig rig = new Rig(
          Tail.settings(isCompat, "url: " + mosquitto.url()), "cloud", true, 3_600_000_000_000L);
      rig.uplink.open();
      await().until(() -> send(rig, entries(1, 1, 0)).get(0) == Fate.ACCEPTED);
      await().until(() -> seen.lines().size() >= 3);
      List<String> lines = seen.lines();
      String kind = isCompat ? "|application/x-protobuf|message:caravan.v1." : "|caravan.v1.";
      String end = isCompat ? "" : "|";
      assertTrue(
          lines.stream()
              .anyMatch(line -> line.matches("caravan/v1/f/d1/schema/5c4e\\|[01]\\|1"
                  + Pattern.quote(kind + "Schema" + end) + "\\|25(92000|9199\\d)\\|schema 5c4e")),
          lines::toString);
      assertTrue(
          lines.stream()
              .anyMatch(line -> line.matches("\\Qcaravan/v1/f/d1/data/cloud|0|1" + kind + "Batch"
                  + end + "\\E\\|3(600|59\\d)\\|1 ")),
          lines::toString);
      assertTrue(
          lines.stream().anyMatch(line -> line.endsWith(kind + "Status" + end + "||online 1")),
          lines::toString);
      rig.uplink.close();
      await().until(() -> seen.lines().stream().anyMatch(line -> line.endsWith("||offline")));
    }
  }

  @Test
  void aWrongPasswordIsARefusalAndTheRightOneFromAFileIsNot() throws Exception {
    String passwd = Program.require("mosquitto_passwd", "mosquitto");
    Path users = dir.resolve("users");
    Program.run(passwd, "-b", "-c", users.toString(), "car", "hush");
    Path file = dir.resolve("password");
    java.nio.file.Files.writeString(file, "loud\n");
    try (Mosquitto mosquitto =
        new Mosquitto(dir, "allow_anonymous false", "password_file " + users)) {
      Rig rig =
          new Rig(Tail.settings("url: " + mosquitto.url(), "user: car", "password_file: " + file));
      assertThrows(RefusedException.class, rig.uplink::open);
      java.nio.file.Files.writeString(file, "hush\n");
      rig.uplink.open();
      rig.uplink.close();
    }
  }

  @Test
  void theWillIsPublishedWhenTheAgentDies() throws Exception {
    try (Mosquitto mosquitto = new Mosquitto(dir);
        Tail tail = new Tail(mosquitto.url(), Rig.STATUS)) {
      // the second takes the first one's client id: the broker ends the first without its farewell
      Rig first = rig(mosquitto);
      first.uplink.open();
      Rig second = rig(mosquitto);
      second.uplink.open();
      await().until(() -> tail.messages.size() >= 3);
      assertEquals(
          List.of(text("online 1"), text("offline"), text("online 1")),
          tail.messages.stream().map(MqttSubscriber.Message::payload).toList());
      await().untilAsserted(() -> assertThrows(IOException.class, first.uplink::idle));
      first.uplink.close();
      second.uplink.close();
    }
  }
}
