package dev.caravan.agent.decode.dbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DbcDecoderTest {
  private final Faults faults = new Faults();
  private final Health health = new Health();
  private final SignalTable table = new SignalTable(Naming.AS_DECODED);

  private DbcDecoder decoder(String resource) throws IOException {
    DbcFile file = Dbc.read(Dbc.resource(resource), DbcOptions.STRICT, faults);
    return new DbcDecoder("can0", DbcPlan.of(List.of(file), faults), table, health);
  }

  private static List<String> samples(DbcDecoder decoder, CanFrame frame) {
    List<String> all = new ArrayList<>();
    decoder.accept(frame, Groups.each(sample -> all.add(shown(sample))));
    return all;
  }

  private static String shown(Sample sample) {
    return sample.timeNs() + " " + sample.signal().path() + " " + sample.value() + " "
        + sample.quality();
  }

  @Test
  void frameBecomesSamplesInTheOrderOfTheMessage() throws IOException {
    DbcDecoder decoder = decoder("features.dbc");
    assertEquals(
        List.of(
            "1000 can0.EngineData.Speed 62.400000000000006 OK",
            "1000 can0.EngineData.Torque -10.0 OK",
            "1000 can0.EngineData.Running 0.0 OK",
            "1000 can0.EngineData.Level 0.0 OK",
            "1000 can0.EngineData.Temp 15.9375 OK"),
        samples(decoder, Dbc.frame(0x1F0, 0, "700200000000ff00")));
    assertTrue(decoder.knewLast());
  }

  @Test
  void allSignalsAreDefinedBeforeTheFirstFrame() throws IOException {
    decoder("features.dbc");
    List<String> paths = table.signals().stream().map(Signal::path).toList();
    assertTrue(paths.contains("can0.EngineData.Speed"));
    assertTrue(paths.contains("can0.Muxed.Deeper"));
    Signal speed = table.signals().get(paths.indexOf("can0.EngineData.Speed"));
    assertEquals("can0.EngineData", speed.spec().group());
    assertEquals("km/h", speed.spec().unit());
    assertEquals(250, speed.spec().max());
  }

  @Test
  void decoderHoldsNothingOfTheFileOnceItsSignalsAreDefined() throws IOException {
    List<WeakReference<?>> ofFile = new ArrayList<>();
    DbcDecoder decoder = watched("features.dbc", ofFile);
    System.gc();
    assertEquals(
        ofFile.size(), ofFile.stream().filter(each -> each.refersTo(null)).count());
    assertEquals(5, samples(decoder, Dbc.frame(0x1F0, 0, "700200000000ff00")).size());
  }

  /** A decoder, and what its file says, of which a plan keeps all. */
  private DbcDecoder watched(String resource, List<WeakReference<?>> ofFile) throws IOException {
    DbcFile file = Dbc.read(Dbc.resource(resource), DbcOptions.STRICT, faults);
    for (DbcMessage message : file.messages()) {
      ofFile.add(new WeakReference<>(message));
      message.signals().forEach(signal -> ofFile.add(new WeakReference<>(signal)));
    }
    return new DbcDecoder("can0", DbcPlan.of(List.of(file), faults), table, health);
  }

  @Test
  void unknownFrameGivesNothing() throws IOException {
    DbcDecoder decoder = decoder("features.dbc");
    assertEquals(List.of(), samples(decoder, Dbc.frame(0x7FF, 0, "00")));
    assertFalse(decoder.knewLast());
  }

  @Test
  void shortFramesAndUnknownBranchesAreCounted() throws IOException {
    DbcDecoder decoder = decoder("features.dbc");
    samples(decoder, Dbc.frame(0x1F0, 0, "7002"));
    samples(decoder, Dbc.frame(0x300, 0, "5f00000000000000"));
    assertEquals(1, health.counter(Declared.count("decode.short"), "can0").value());
    assertEquals(1, health.counter(Declared.count("decode.mux_unknown"), "can0").value());
  }

  @Test
  void frameThatIsAPartIsKnownAndCountedAndGivesNothing() {
    String text = "BO_ 1960 Diagnostic: 21 A\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" A\n";
    DbcFile file = Dbc.read(text, DbcOptions.STRICT, faults);
    DbcDecoder decoder = new DbcDecoder("can0", DbcPlan.of(List.of(file), faults), table, health);
    assertEquals(List.of(), samples(decoder, Dbc.frame(0x7A8, 0, "1015620100000000")));
    assertTrue(decoder.knewLast());
    assertEquals(1, health.counter(Declared.count("decode.parts"), "can0").value());
    assertEquals(0, health.counter(Declared.count("decode.short"), "can0").value());
  }

  @Test
  void upperRangeOfJ1939IsAQuality() throws IOException {
    DbcDecoder decoder = decoder("features.dbc");
    CanFrame frame = Dbc.frame(0x18FEF100, CanFrame.EXTENDED, "0cffff0000000000");
    assertEquals(
        List.of(
            "1000 can0.CCVS.WheelSpeed 255.99609375 NOT_AVAILABLE",
            "1000 can0.CCVS.ParkingBrake 3.0 NOT_AVAILABLE"),
        samples(decoder, frame));
  }

  @Test
  void signalsOfOneNameKeepApart() throws IOException {
    decoder("broken.dbc");
    List<String> paths = table.signals().stream().map(Signal::path).toList();
    assertTrue(paths.contains("can0.0_COUNTER.Overlaps"));
    assertTrue(paths.contains("can0.0_COUNTER.Overlaps#2"));
  }

  @Test
  void settingsNameFileEncodingAndStrictness(@TempDir Path folder) throws IOException {
    Files.write(folder.resolve("a.dbc"), Dbc.resource("features.dbc"));
    Path yaml = folder.resolve("agent.yaml");
    Files.writeString(yaml, "{dbc: a.dbc, encoding: gb18030, strict: false, j1939: off}\n");
    DbcSettings settings = DbcSettings.from(YamlFile.read(yaml, faults));
    assertEquals(List.of(), faults.found());
    assertEquals(folder.resolve("a.dbc"), settings.file());
    assertEquals(
        new DbcOptions(DbcOptions.Encoding.GB18030, false, DbcOptions.J1939.OFF),
        settings.options());
    DbcDecoder decoder =
        DbcDecoder.of("can0", List.of(settings), DbcBus.USUAL, table, health, faults);
    CanFrame other = Dbc.frame(0x18FEF100, CanFrame.EXTENDED, "0cffff0000000000");
    assertEquals(List.of(), samples(decoder, other));
  }

  @Test
  void settingsDefaultToStrictAndRefuseUnknownKeys(@TempDir Path folder) throws IOException {
    Files.write(folder.resolve("a.dbc"), Dbc.resource("features.dbc"));
    Path yaml = folder.resolve("agent.yaml");
    Files.writeString(yaml, "{dbc: a.dbc, encodin: utf-8}\n");
    assertTrue(DbcSettings.from(YamlFile.read(yaml, faults)).options().strict());
    assertTrue(faults.found().get(0).what().contains("did you mean 'encoding'"));
  }
}
