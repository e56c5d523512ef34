package dev.caravan.agent.assembly;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.encode.lines.LinesFormat;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Keepers;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.uplink.Budget;
import dev.caravan.agent.uplink.Channel;
import dev.caravan.agent.uplink.Outlet;
import dev.caravan.agent.uplink.Receipt;
import dev.caravan.agent.uplink.Receipt.Fate;
import dev.caravan.agent.uplink.Uplink;
import dev.caravan.agent.wire.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A format that is not shipped, on a route of an agent: its own folder and a line in the list is all that it is, and one body of it
 * leaves as several messages on several topics.
 */
@Timeout(60)
class SecondFormatTest {
  private static final FormatTypes FORMATS = new FormatTypes(Stream.concat(
          FormatTypes.ALL.types().stream(),
          Stream.of(new FormatTypes.Type(
              "lines",
              LinesFormat.KEYS,
              LinesFormat::from,
              (name, device, topics) -> new LinesFormat("plant/" + device, 1, false))))
      .toList());
  private static final String DBC = """
      VERSION ""
      BU_: A
      BO_ 496 Engine: 8 A
       SG_ Speed : 7|16@0+ (0.01,0) [0|655.35] "km/h" A
       SG_ Load : 16|8@1+ (1,0) [0|255] "%" A
      """;
  private static final String LOG = """
      (1764000000.000000) can0 1F0#0FA0010000000000
      (1764000000.100000) can0 1F0#0FAA020000000000
      (1764000000.200000) can0 1F0#0FB4030000000000
      """;
  private static final String YAML = """
      device: {id: a, fleet: b}
      sources: [{name: can0, type: replay, file: log, decode: [{dbc: car.dbc}]}]
      routes:
        - name: cloud
          format: lines
          lines: {root: plant, max_samples: 2}
          store: {dir: spool}
          uplink: {type: mqtt, url: "tcp://127.0.0.1:1"}
      """;

  private final Path folder;
  private final MemoryUplink far = new MemoryUplink();

  SecondFormatTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    Files.writeString(folder.resolve("car.dbc"), DBC);
    Files.writeString(folder.resolve("log"), LOG);
  }

  /** Takes what comes while it is reachable. */
  private static final class MemoryUplink implements Uplink {
    final List<String> messages = new CopyOnWriteArrayList<>();
    final List<Integer> messagesOfEntry = new CopyOnWriteArrayList<>();
    volatile boolean isThere = true;

    @Override
    public Outlet outlet(Channel channel) {
      return (entries, late) -> send(channel, entries, late);
    }

    private Receipt send(Channel channel, List<Entry> entries, List<Boolean> late) {
      for (int i = 0; i < entries.size(); i++) {
        List<Message> leaving = channel.envelope().messages(entries.get(i), late.get(i));
        messagesOfEntry.add(leaving.size());
        leaving.forEach(each -> messages.add(each.contentType() + " " + each.topic() + " "
            + new String(each.body().toArray(), StandardCharsets.UTF_8)));
      }
      return new Receipt(Collections.nCopies(entries.size(), Fate.ACCEPTED));
    }

    @Override
    public void open() throws IOException {
      if (!isThere) {
        throw new IOException("nobody is there");
      }
    }

    @Override
    public void idle() {}

    @Override
    public void close() {}
  }

  private Plan plan(String yaml) throws IOException, ConfigException {
    return Plan.read(Files.writeString(folder.resolve("agent.yaml"), yaml), new Faults(), FORMATS);
  }

  /** An agent of that plan, which has the far side of the test. */
  private Agent agent(Plan plan) throws Exception {
    RoutePlan route = plan.routes().get(0);
    UplinkPlan memory = new UplinkPlan(
        "memory",
        List.of("memory"),
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        Budget.Limits.NONE,
        false,
        false,
        false,
        Optional.empty(),
        (origin, status, timeline, health, stop) -> far);
    RoutePlan other = new RoutePlan(
        route.name(),
        route.topics(),
        route.shape(),
        route.privacy(),
        route.format(),
        route.store(),
        memory,
        route.receipts(),
        route.events());
    return new Agent(
        Plans.with(plan, plan.sources(), List.of(other)),
        new SystemTimeline(),
        new Agent.Build("0", "test"));
  }

  private String refusal(String from, String to) {
    assertTrue(YAML.contains(from), from);
    ConfigException e = assertThrows(ConfigException.class, () -> plan(YAML.replace(from, to)));
    return String.valueOf(e.getMessage());
  }

  @Test
  void eachSampleIsAMessageOnTheTopicOfItsSignal() throws Exception {
    try (Agent agent = agent(plan(YAML))) {
      agent.start();
      await().atMost(Duration.ofSeconds(30)).until(() -> far.messages.size() >= 6);
    }
    assertEquals(List.of(2, 2, 2), far.messagesOfEntry);
    assertEquals(
        List.of(
            "application/json plant/b/a/can0.Engine.Speed {\"seq\":1,\"t\":1764000000000,\"v\":40.0}",
            "application/json plant/b/a/can0.Engine.Load {\"seq\":1,\"t\":1764000000000,\"v\":1.0}",
            "application/json plant/b/a/can0.Engine.Speed {\"seq\":2,\"t\":1764000000100,\"v\":40.1}",
            "application/json plant/b/a/can0.Engine.Load {\"seq\":2,\"t\":1764000000100,\"v\":2.0}",
            "application/json plant/b/a/can0.Engine.Speed {\"seq\":3,\"t\":1764000000200,\"v\":40.2}",
            "application/json plant/b/a/can0.Engine.Load {\"seq\":3,\"t\":1764000000200,\"v\":3.0}"),
        far.messages);
  }

  @Test
  void whatWaitedOverAStopLeavesUnderItsNumbers() throws Exception {
    far.isThere = false;
    Plan plan = plan(YAML);
    try (Agent agent = agent(plan)) {
      agent.start();
      await().atMost(Duration.ofSeconds(30)).until(() -> agent.waiting() == 3);
    }
    assertEquals(List.of(), far.messages);
    far.isThere = true;
    try (Agent agent = agent(plan)) {
      agent.start();
      await().atMost(Duration.ofSeconds(30)).until(() -> far.messages.size() >= 12);
    }
    List<String> sequences = new ArrayList<>();
    far.messages.forEach(each -> sequences.add(each.replaceAll(".*\"seq\":(\\d+).*", "$1")));
    assertEquals(List.of("1", "1", "2", "2", "3", "3", "4", "4", "5", "5", "6", "6"), sequences);
  }

  @Test
  void whatWaitsWhenTheFormatIsChangedLeavesAsItWasMade() throws Exception {
    String columns = YAML.replace("lines: {root: plant, max_samples: 2}", "batch: {max_samples: 2}")
        .replace("format: lines", "format: columns");
    String json = YAML.replace("lines: {root: plant, max_samples: 2}", "json: {max_samples: 2}")
        .replace("format: lines", "format: json");
    String records = json.replace("json", "records");
    far.isThere = false;
    for (String yaml : List.of(columns, json, records, columns)) {
      Plan plan = plan(yaml);
      try (Agent agent = agent(plan)) {
        long before = agent.waiting();
        agent.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> agent.waiting() == before + 3);
      }
    }
    far.isThere = true;
    try (Agent agent = agent(plan(json))) {
      agent.start();
      await().atMost(Duration.ofSeconds(30)).until(() -> far.messages.size() >= 15);
    }
    List<String> types = new ArrayList<>();
    far.messages.forEach(each -> types.add(each.split(" ", 2)[0]));
    Collections.sort(types);
    assertEquals(
        Stream.of(
                Collections.nCopies(6, "application/json"),
                Collections.nCopies(6, "caravan.v1.Batch"),
                Collections.nCopies(3, "caravan.v1.Records"))
            .flatMap(List::stream)
            .toList(),
        types);
    List<String> sequences = new ArrayList<>();
    far.messages.stream()
        .filter(each -> each.startsWith("application/json"))
        .forEach(each -> sequences.add(
            each.replaceAll(".*\"seq\":(\\d+),\"boot\":(\\d+),.*Speed\":([\\d.]+).*", "$1 $2 $3")));
    Collections.sort(sequences);
    assertEquals(
        List.of("1 1 40", "1 1 40", "2 1 40.1", "2 1 40.1", "3 1 40.2", "3 1 40.2"), sequences);
  }

  @ParameterizedTest
  @ValueSource(strings = {"columns", "json"})
  void whatWaitsLeavesAsItWasMadeThoughTheQueueForgotWhatThatWas(String first) throws Exception {
    String columns = YAML.replace("lines: {root: plant, max_samples: 2}", "batch: {max_samples: 2}")
        .replace("format: lines", "format: columns");
    String json = YAML.replace("lines: {root: plant, max_samples: 2}", "json: {max_samples: 2}")
        .replace("format: lines", "format: json");
    far.isThere = false;
    try (Agent agent = agent(plan(first.equals("json") ? json : columns))) {
      agent.start();
      await().atMost(Duration.ofSeconds(30)).until(() -> agent.waiting() == 3);
    }
    Files.writeString(folder.resolve("spool/streams"), "damaged");
    far.isThere = true;
    try (Agent agent = agent(plan(first.equals("json") ? columns : json))) {
      agent.start();
      await().atMost(Duration.ofSeconds(30)).until(() -> far.messages.size() >= 6);
    }
    List<String> types = new ArrayList<>();
    far.messages.forEach(each -> types.add(each.split(" ", 2)[0]));
    Collections.sort(types);
    assertEquals(
        Stream.concat(
                Collections.nCopies(3, "application/json").stream(),
                Collections.nCopies(3, "caravan.v1.Batch").stream())
            .toList(),
        types);
  }

  @Test
  void aFormatThatIsNotThereIsRefusedWithTheNearest() {
    String words = refusal("format: lines", "format: lnies");
    assertTrue(
        words.contains(
            "agent.yaml:5:13: routes[0].format: want one of columns, json, records, sparkplug, lines, got 'lnies';"
                + " did you mean 'lines'?"),
        words);
  }

  @Test
  void keysOfAnotherFormatAreRefused() {
    String words = refusal("lines: {root: plant, max_samples: 2}", "batch: {max_age: 1s}");
    assertTrue(words.contains("routes[0].batch: unknown key"), words);
    words = refusal("format: lines", "format: columns");
    assertTrue(words.contains("routes[0].lines: unknown key"), words);
  }

  @Test
  void eventsAreRefusedWhereTheFormatDoesNotTellThem() {
    String words = refusal(
        "store: {dir: spool}",
        "store: {dir: spool}\n    events: {triggers: [{name: f, when: can0.Engine.Speed > 1}]}");
    assertTrue(words.contains("routes[0].events: want none in a route of this format"), words);
  }

  @Test
  void whatSettlesWhenWrittenSaysSo() throws Exception {
    Plan plan = plan(YAML.replace("max_samples: 2", "written: true"));
    RoutePlan route = plan.routes().get(0);
    try (Store store =
        Store.open(route.store(), "cloud", Keepers.CLOUD, new SystemTimeline(), new Health())) {
      assertTrue(new StoredBodies(store, route.format().batches()).settlesWhenWritten());
    }
  }
}
