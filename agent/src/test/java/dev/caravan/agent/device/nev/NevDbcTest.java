package dev.caravan.agent.device.nev;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.dbc.DbcFile;
import dev.caravan.agent.decode.dbc.DbcMessage;
import dev.caravan.agent.decode.dbc.DbcOptions;
import dev.caravan.agent.decode.dbc.DbcPlan;
import dev.caravan.agent.decode.dbc.DbcReading;
import dev.caravan.agent.decode.dbc.DbcSignal;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.source.CanFrame;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code config/dbc/nev.dbc} against what the model sends. */
class NevDbcTest {
  private static final Path FILE =
      Path.of(System.getProperty("caravan.root", ".."), "config", "dbc", "nev.dbc");

  private final Faults faults = new Faults();
  private final DbcFile dbc = DbcFile.read(FILE, DbcOptions.STRICT, faults);
  private final Map<Integer, DbcMessage> messages =
      dbc.messages().stream().collect(Collectors.toMap(DbcMessage::id, message -> message));
  private final Map<Integer, MessageLayout> layouts = VehicleModel.messages().stream()
      .collect(Collectors.toMap(MessageLayout::id, layout -> layout));

  @Test
  void fileIsWithoutFaults() throws ConfigException {
    faults.throwIfAny();
    assertEquals(41, dbc.messages().size());
    assertEquals("500000", dbc.attributes().get("Baudrate"));
  }

  @Test
  void everyMessageAndSignalIsDescribedAsItIsLaidOut() {
    assertEquals(layouts.keySet(), messages.keySet());
    layouts.forEach((id, layout) -> {
      DbcMessage message = requireNonNull(messages.get(id));
      assertEquals(layout.name(), message.name());
      assertEquals(layout.cycleMs(), message.cycleTimeMs(), layout.name());
      assertEquals(List.of(layout.sender()), message.senders(), layout.name());
      assertEquals(8, message.lengthBytes(), layout.name());
      assertEquals(
          layout.signals().stream().map(NevDbcTest::words).toList(),
          message.signals().stream().map(NevDbcTest::words).toList());
    });
  }

  private static String words(SignalLayout s) {
    return String.join(
        " ",
        s.name(),
        s.page() + "",
        s.start() + "|" + s.length(),
        s.bigEndian() + "",
        s.signed() + "",
        s.factor() + "",
        s.offset() + "",
        s.min() + "",
        s.max() + "",
        s.unit());
  }

  private static String words(DbcSignal s) {
    int page = s.branch().map(branch -> (int) branch.ranges().get(0).first()).orElse(-1);
    return String.join(
        " ",
        s.name(),
        page + "",
        s.startBit() + "|" + s.lengthBits(),
        s.bigEndian() + "",
        (s.kind() == Kind.SIGNED) + "",
        s.factor() + "",
        s.offset() + "",
        s.min() + "",
        s.max() + "",
        s.unit());
  }

  @Test
  void valueTablesNameTheModelsStates() {
    assertEquals(codes(Gear.values(), gear -> gear.code), labels("PedalPosition", "Gear"));
    assertEquals(
        codes(Autopilot.State.values(), state -> state.code), labels("AutopilotState", "State"));
    assertEquals(
        codes(Autopilot.Reason.values(), reason -> reason.code),
        labels("AutopilotState", "Reason"));
    assertEquals(
        codes(Charger.State.values(), state -> state.code), labels("ChargerStatus", "State"));
  }

  private static <E extends Enum<E>> Map<Long, String> codes(
      E[] all, java.util.function.ToIntFunction<E> code) {
    return Arrays.stream(all)
        .collect(Collectors.toMap(one -> (long) code.applyAsInt(one), Enum::name));
  }

  private Map<Long, String> labels(String message, String signal) {
    return dbc.messages().stream()
        .filter(one -> one.name().equals(message))
        .flatMap(one -> one.signals().stream())
        .filter(one -> one.name().equals(signal))
        .findFirst()
        .orElseThrow()
        .labels();
  }

  /** One minute at full rate, then half an hour of two other cars: driving, automated driving, charging. */
  @ParameterizedTest
  @CsvSource({"2000, 1, 60", "100, 2, 1800", "100, 5, 1800"})
  void everyDecodedSignalIsTheCarsStateWithinHalfAStep(int rateHz, long seed, int seconds) {
    Car car = new Car(seed);
    DbcPlan plan = DbcPlan.of(List.of(dbc), faults);
    DbcReading reading = plan.newReading();
    CanFrame frame = new CanFrame();
    Map<Integer, Integer> counters = new HashMap<>();
    long[] compared = {0};
    new VehicleModel(rateHz, car)
        .runUntil(seconds * 1_000_000_000L, (timeNs, id, flags, bytes, length) -> {
          MessageLayout layout = requireNonNull(layouts.get(id));
          DbcMessage message = requireNonNull(messages.get(id));
          assertTrue(plan.read(frame.set(timeNs, id, 0, bytes, 0, length), reading));
          int page = layout.pages() == 0 ? 0 : (int) walk(message.signals().get(0), bytes);
          int present = 0;
          for (int i = 0; i < layout.signals().size(); i++) {
            SignalLayout signal = layout.signals().get(i);
            if (signal.page() != SignalLayout.EVERY_PAGE && signal.page() != page) {
              continue;
            }
            DbcSignal described = message.signals().get(i);
            double decoded = walk(described, bytes) * described.factor() + described.offset();
            assertEquals(decoded, reading.value(present++), 0.0, signal.name());
            if (signal.name().equals("Counter")) {
              Integer before = counters.put(id, (int) decoded);
              assertTrue(before == null || (before + 1) % 16 == decoded, layout.name());
            } else if (!signal.name().equals("Crc") && !signal.name().endsWith("Page")) {
              double value = signal.value().applyAsDouble(car);
              double bounded = Math.max(signal.min(), Math.min(signal.max(), value));
              assertEquals(bounded, decoded, signal.factor() * 0.50001, signal.name());
            }
            compared[0]++;
          }
          assertEquals(present, reading.size());
          if (layout.isProtected()) {
            assertEquals(crc(id, bytes), bytes[0] & 0xFF, layout.name());
          }
        });
    assertTrue(compared[0] > 4L * rateHz * seconds, () -> "compared " + compared[0]);
  }

  /** Bit after bit, from the highest on, as the DBC format counts them. */
  private static long walk(DbcSignal signal, byte[] bytes) {
    int bit = signal.bigEndian() ? signal.startBit() : signal.startBit() + signal.lengthBits() - 1;
    long raw = 0;
    for (int i = 0; i < signal.lengthBits(); i++) {
      raw = raw * 2 + ((bytes[bit / 8] >> (bit % 8)) & 1);
      bit = !signal.bigEndian() ? bit - 1 : bit % 8 == 0 ? bit + 15 : bit - 1;
    }
    boolean negative = signal.kind() == Kind.SIGNED && (raw >> (signal.lengthBits() - 1)) == 1;
    return negative ? raw - (1L << signal.lengthBits()) : raw;
  }

  private static int crc(int id, byte[] bytes) {
    byte[] covered = new byte[9];
    covered[0] = (byte) id;
    covered[1] = (byte) (id >> 8);
    System.arraycopy(bytes, 1, covered, 2, 7);
    return crc(covered);
  }

  /** SAE J1850, as a shift register would do it. */
  private static int crc(byte[] covered) {
    int register = 0xFF;
    for (byte one : covered) {
      for (int bit = 7; bit >= 0; bit--) {
        boolean invert = ((register >> 7) & 1) != ((one >> bit) & 1);
        register = (register << 1) & 0xFF;
        register = invert ? register ^ 0x1D : register;
      }
    }
    return register ^ 0xFF;
  }

  @Test
  void checksumIsThatOfSaeJ1850() {
    byte[] digits = "123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    assertEquals(0x4B, crc(digits)); // AUTOSAR SWS CRC Library, table of check values
    // 0x31 and 0x32 as the data id, low byte first, then "3456789"
    assertEquals(0x4B, Crc8.of(0x3231, digits, 2, 9));
    assertEquals(0x59, crc(new byte[4])); // AUTOSAR SWS CRC Library: 00 00 00 00
    assertEquals(0x59, Crc8.of(0, new byte[2], 0, 2));
  }
}
