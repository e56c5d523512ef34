package dev.caravan.agent.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleGroupTest {
  private final SignalTable table = new SignalTable(Naming.AS_DECODED);
  private final Signal speed = define("m.Speed", "m", Kind.UNSIGNED);
  private final Signal level = define("m.Level", "m", Kind.DOUBLE);
  private final Signal name = define("m.Name", "m", Kind.TEXT);
  private final Signal block = define("m.Block", "m", Kind.BYTES);
  private final Signal other = define("n.Other", "n", Kind.SIGNED);
  private final SampleGroup group = new SampleGroup();

  private Signal define(String path, String group, Kind kind) {
    return table.define(SignalSpec.of(path, group, "", kind));
  }

  private SampleGroup begin(long timeNs) {
    return group.begin(table.group(speed), timeNs);
  }

  private List<String> shown() {
    List<String> shown = new ArrayList<>();
    group.forEach(sample -> shown.add(sample.timeNs() + " " + sample.signal() + "="
        + (sample.signal().kind().isNumber() ? sample.value() : sample.text() + sample.bytes())
        + " " + sample.quality()));
    return shown;
  }

  @Test
  void signalsHaveTheirPlacesInTheirGroups() {
    assertEquals("m", table.group(speed).name());
    assertEquals(4, table.group(speed).size());
    assertEquals(
        List.of(0, 1, 2, 3, 0), table.signals().stream().map(Signal::place).toList());
    assertSame(block, table.group(speed).signal(3));
    assertEquals(1, table.group(other).index());
  }

  @Test
  void groupOfACopiedTableGrowsByItself() {
    SignalTable copy = table.copy(Naming.AS_DECODED);
    Signal later = copy.define(SignalSpec.of("m.Later", "m", "", Kind.SIGNED));
    assertSame(later, copy.group(later).signal(4));
    assertSame(speed, copy.group(later).signal(0));
    assertEquals(4, table.group(speed).size());
  }

  @Test
  void everySampleIsReadAsItWasAdded() {
    begin(7);
    group.addNumber(speed, Quality.OK, 624);
    group.addFloating(level, Quality.OUT_OF_RANGE, 1.5);
    group.addText(name, Quality.OK, "P");
    group.addBytes(block, Quality.OK, Bytes.ofHex("0aff"));
    group.addNone(speed, Quality.STALE);
    assertEquals(
        List.of(
            "7 m.Speed=624.0 OK",
            "7 m.Level=1.5 OUT_OF_RANGE",
            "7 m.Name=P OK",
            "7 m.Block=0aff OK",
            "7 m.Speed=0.0 STALE"),
        shown());
    assertEquals(5, group.size());
    assertFalse(group.isAllOk());
    assertTrue(group.hasContents());
    assertEquals(Quality.STALE, group.quality(4));
    assertTrue(group.hasPlaces(new int[] {0, 1, 2, 3, 0, 9}, 5));
    assertFalse(group.hasPlaces(new int[] {0, 1, 2, 3}, 4));
  }

  @Test
  void nothingOfTheGroupBeforeIsLeft() {
    begin(7);
    for (int i = 0; i < 100; i++) {
      group.addText(name, Quality.ERROR, "before");
    }
    begin(8);
    for (int i = 0; i < 100; i++) {
      group.addNone(name, Quality.OK);
    }
    assertTrue(group.isAllOk());
    assertFalse(group.hasContents());
    group.forEach(sample -> assertEquals("", sample.text()));
    assertEquals(100, group.size());
  }

  @Test
  void itGrowsAtEverySize() {
    for (int texts = 0; texts < 70; texts++) {
      begin(1);
      for (int i = 0; i < 70; i++) {
        if (i < texts) {
          group.addText(name, i % 2 == 0 ? Quality.OK : Quality.ERROR, "t" + i);
        } else {
          group.addNumber(speed, Quality.OK, i);
        }
      }
      begin(2);
      group.addNumber(speed, Quality.STALE, 5);
      assertEquals(List.of("2 m.Speed=5.0 STALE"), shown());
    }
  }

  @Test
  void manyGoodNumbersAreAddedAtOnce() {
    begin(7);
    group.addNumber(speed, Quality.ERROR, 1);
    group.add(new int[] {0, 1, 9}, new long[] {2, Double.doubleToRawLongBits(0.5), 9}, 2);
    assertEquals(List.of("7 m.Speed=1.0 ERROR", "7 m.Speed=2.0 OK", "7 m.Level=0.5 OK"), shown());
    int[] places = new int[100];
    begin(8);
    group.add(places, new long[100], 100);
    assertEquals(100, group.size());
    assertTrue(group.isAllOk());
  }

  @Test
  void partOfAnotherIsCopied() {
    begin(7);
    group.addNumber(speed, Quality.ERROR, 1);
    group.addText(name, Quality.OK, "P");
    group.addBytes(block, Quality.STALE, Bytes.ofHex("01"));
    SampleGroup part = new SampleGroup().begin(group.group(), group.timeNs());
    part.add(group, 1);
    part.add(group, 2);
    assertEquals("P", part.text(0));
    assertEquals(Quality.OK, part.quality(0));
    assertEquals(Bytes.ofHex("01"), part.bytes(1));
    assertEquals(Quality.STALE, part.quality(1));
  }

  @Test
  void signalOfAnotherGroupIsRefused() {
    begin(1);
    assertThrows(IllegalArgumentException.class, () -> group.addNumber(other, Quality.OK, 1));
    assertEquals(0, group.size());
  }

  @Test
  void steadyTrafficAllocatesNothing() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocatedBytes = Long.MAX_VALUE;
    // The first rounds also pay for what the virtual machine compiles and loads.
    for (int round = 0; round < 10 && allocatedBytes > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 50_000; i++) {
        begin(i);
        for (int j = 0; j < 20; j++) {
          group.addNumber(speed, j == 15 ? Quality.ERROR : Quality.OK, i);
        }
        group.addText(name, Quality.OK, "P");
      }
      allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertEquals(0, allocatedBytes);
  }
}
