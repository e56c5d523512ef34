package dev.caravan.agent.device.truck;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.ReferenceData;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.dbc.DbcFile;
import dev.caravan.agent.decode.dbc.DbcMessage;
import dev.caravan.agent.decode.dbc.DbcOptions;
import dev.caravan.agent.decode.dbc.DbcPlan;
import dev.caravan.agent.decode.dbc.DbcReading;
import dev.caravan.agent.decode.dbc.DbcSignal;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.CanFrame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code config/dbc/truck.dbc} against what the model sends, and against what is known of the groups elsewhere. */
class TruckDbcTest {
  private static final Path FILE =
      Path.of(System.getProperty("caravan.root", ".."), "config", "dbc", "truck.dbc");

  private final Faults faults = new Faults();
  private final DbcFile dbc = DbcFile.read(FILE, DbcOptions.STRICT, faults);

  private static List<MessageLayout> layouts() {
    List<MessageLayout> all = new ArrayList<>(TruckModel.messages());
    all.add(EngineConfiguration.LAYOUT);
    return all;
  }

  @Test
  void fileIsWithoutFaults() throws ConfigException {
    faults.throwIfAny();
    DbcPlan.of(List.of(dbc), faults);
    assertEquals(List.of(), faults.warnings());
    assertEquals("250000", dbc.attributes().get("Baudrate"));
    assertTrue(dbc.messages().stream().allMatch(DbcMessage::j1939));
  }

  @Test
  void everyMessageAndSignalIsDescribedAsItIsLaidOut() {
    Map<Integer, DbcMessage> messages =
        dbc.messages().stream().collect(Collectors.toMap(DbcMessage::id, message -> message));
    assertEquals(layouts().size(), messages.size());
    for (MessageLayout layout : layouts()) {
      DbcMessage message = requireNonNull(messages.get(layout.id()), layout.name());
      assertEquals(layout.name(), message.name());
      assertEquals(layout.cycleMs(), message.cycleTimeMs(), layout.name());
      assertEquals(layout.lengthBytes(), message.lengthBytes(), layout.name());
      assertEquals(
          layout.signals().stream().map(TruckDbcTest::words).toList(),
          message.signals().stream().map(TruckDbcTest::words).toList());
    }
  }

  private static String words(SignalLayout s) {
    return s.name() + " " + s.start() + "|" + s.length() + " " + s.factor() + " " + s.offset();
  }

  private static String words(DbcSignal s) {
    return s.name() + " " + s.startBit() + "|" + s.lengthBits() + " " + s.factor() + " "
        + s.offset();
  }

  /** Five minutes: each decoded value is the truck's within half a step, or not available where it has none. */
  @Test
  void everyDecodedSignalIsTheTrucksState() {
    Map<Integer, MessageLayout> byId =
        layouts().stream().collect(Collectors.toMap(MessageLayout::id, layout -> layout));
    Truck truck = new Truck(3);
    DbcPlan plan = DbcPlan.of(List.of(dbc), faults);
    DbcReading reading = plan.newReading();
    CanFrame frame = new CanFrame();
    Map<String, Integer> compared = new HashMap<>();
    new TruckModel(300, truck).runUntil(300_000_000_000L, (timeNs, id, flags, bytes, length) -> {
      MessageLayout layout = byId.get(id);
      if (layout == null) {
        return;
      }
      assertTrue(plan.read(frame.set(timeNs, id, CanFrame.EXTENDED, bytes, 0, length), reading));
      for (int i = 0; i < reading.size(); i++) {
        SignalLayout signal = layout.signals().get(i);
        double value = signal.value().applyAsDouble(truck);
        compared.merge(signal.name(), 1, Integer::sum);
        if (Double.isNaN(value)) {
          assertEquals(Quality.NOT_AVAILABLE, reading.quality(i), signal.name());
        } else {
          assertEquals(Quality.OK, reading.quality(i), signal.name());
          assertEquals(value, reading.value(i), signal.factor() / 2 + 1e-9, signal.name());
        }
      }
    });
    long signals = TruckModel.messages().stream()
        .mapToLong(layout -> layout.signals().size())
        .sum();
    assertEquals(signals, compared.size());
  }

  @Test
  void groupsAreLaidOutAsInTheReferenceFile() throws IOException {
    DbcFile reference = DbcFile.read(
        ReferenceData.require("dbc/own/j1939_set.dbc"), DbcOptions.TOLERANT, new Faults());
    Map<String, String> known = new HashMap<>();
    reference
        .messages()
        .forEach(message -> message
            .signals()
            .forEach(signal -> known.put(message.pgn() + " " + signal.spn(), place(signal))));
    int compared = 0;
    for (DbcMessage message : dbc.messages()) {
      for (DbcSignal signal : message.signals()) {
        String wanted = known.get(message.pgn() + " " + signal.spn());
        if (wanted != null) {
          assertEquals(wanted, place(signal), signal.name());
          compared++;
        }
      }
    }
    assertTrue(compared > 30, "compared " + compared);
  }

  private static String place(DbcSignal s) {
    return s.startBit() + "|" + s.lengthBits() + " " + s.factor() + " " + s.offset();
  }
}
