package dev.caravan.agent.shape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleColumnsTest {
  private final SignalTable table = new SignalTable(Naming.AS_DECODED);
  private final SampleColumns columns = new SampleColumns(0);

  private Signal signal(Kind kind) {
    return table.define(SignalSpec.of("a." + kind, "a", "", kind));
  }

  private List<Sample> made() {
    List<Sample> made = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      for (Kind kind : Kind.values()) {
        Signal signal = signal(kind);
        Sample sample = new Sample(signal);
        Quality quality = List.of(Quality.values()).get(i % Quality.values().length);
        made.add(
            switch (kind) {
              case TEXT -> sample.setText(signal, i, quality, "t" + i);
              case BYTES -> sample.setBytes(signal, i, quality, Bytes.ofHex("0" + i % 10));
              case FLOAT, DOUBLE -> sample.setFloating(signal, i, quality, i / 3.0);
              default -> sample.setInteger(signal, i, quality, -i);
            });
      }
    }
    return made;
  }

  private static String line(Sample sample) {
    return sample.signal() + " " + sample.timeNs() + " " + sample.quality() + " " + sample.rawBits()
        + " " + sample.text() + " " + sample.bytes();
  }

  @Test
  void samplesOfEveryKindComeBackInTheirOrder() {
    made().forEach(columns::add);
    List<String> lines = new ArrayList<>();
    columns.forEach(sample -> lines.add(line(sample)));
    assertEquals(made().stream().map(SampleColumnsTest::line).toList(), lines);
  }

  @Test
  void placeThatIsWrittenAgainHasTheNewSampleAlone() {
    made().forEach(columns::add);
    int size = columns.size();
    Sample number = new Sample(signal(Kind.SIGNED));
    for (int i = 0; i < size; i++) {
      columns.put(i, number.setInteger(signal(Kind.SIGNED), 5, Quality.OK, i));
    }
    assertEquals(size, columns.size());
    for (int i = 0; i < size; i++) {
      assertEquals("a.SIGNED 5 OK " + i + "  ", line(columns.at(i)));
      assertEquals(0, columns.contentBytes(i));
    }
    assertEquals(0, columns.contentBytes());
  }

  @Test
  void textsAndBlocksAreCountedWithTheirObjects() {
    Sample text = new Sample(signal(Kind.TEXT)).setText(signal(Kind.TEXT), 1, Quality.OK, "abc");
    Bytes block = Bytes.ofHex("0102");
    columns.add(text);
    columns.add(new Sample(signal(Kind.BYTES)).setBytes(signal(Kind.BYTES), 2, Quality.OK, block));
    assertEquals(48 + 3, SampleColumns.contentBytes(text));
    assertEquals(48 + 2, columns.contentBytes(1));
    assertEquals(48 + 3 + 48 + 2, columns.contentBytes());
    columns.put(0, text.setText(signal(Kind.TEXT), 3, Quality.OK, ""));
    assertEquals(48 + 48 + 2, columns.contentBytes());
    columns.forgetContent(1);
    assertEquals(48, columns.contentBytes());
  }

  @Test
  void copyFromAPlaceOnHasTheRest() {
    made().forEach(columns::add);
    List<String> lines = new ArrayList<>();
    columns.from(2).forEach(sample -> lines.add(line(sample)));
    assertEquals(made().stream().skip(2).map(SampleColumnsTest::line).toList(), lines);
  }

  @Test
  void placesBeyondTheLastAreRefused() {
    Sample sample = new Sample(signal(Kind.SIGNED));
    assertThrows(IndexOutOfBoundsException.class, () -> columns.put(1, sample));
    assertThrows(IndexOutOfBoundsException.class, () -> columns.at(0));
  }
}
