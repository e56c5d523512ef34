package dev.caravan.agent.device.modbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModbusSlavesTest {
  private static final long MS = 1_000_000;

  private static ModbusSlaves slaves(Set<Integer> off, Set<Integer> babbling, boolean echo) {
    return new ModbusSlaves(new ModbusSlavesSettings(off, babbling, echo, 20 * MS), 1);
  }

  private static List<String> answers(ModbusSlaves slaves, String... requests) {
    List<String> said = new ArrayList<>();
    long nowNs = 0;
    for (String request : requests) {
      slaves.hear(
          nowNs, Bytes.ofHex(request).buffer(), unit -> said.add(Bytes.of(unit).toString()));
      nowNs += 19 * MS;
      slaves.runUntil(nowNs, unit -> said.add("early " + Bytes.of(unit)));
      nowNs += 100 * MS;
      slaves.runUntil(nowNs, unit -> said.add(Bytes.of(unit).toString()));
    }
    return said;
  }

  // checksums by an independent program
  private static final String UPS_MODEL = "0404000b0008805b";

  @Test
  void answersAfterItsDelayWithARightChecksum() {
    assertEquals(
        List.of("0410434142494e45542d5550532031303030"),
        answers(slaves(Set.of(), Set.of(), false), UPS_MODEL).stream()
            .map(answer -> "04" + answer.substring(4, answer.length() - 4))
            .toList());
  }

  @Test
  void echoComesBackBeforeTheAnswer() {
    List<String> said = answers(slaves(Set.of(), Set.of(), true), UPS_MODEL);
    assertEquals(2, said.size());
    assertEquals(UPS_MODEL, said.get(0));
  }

  @Test
  void slaveThatIsOffIsSilent() {
    assertEquals(List.of(), answers(slaves(Set.of(4), Set.of(), false), UPS_MODEL));
  }

  @Test
  void babblingSlaveTalksUnasked() {
    List<String> said = answers(slaves(Set.of(), Set.of(4), false), UPS_MODEL);
    assertTrue(said.size() >= 2, said.toString());
  }

  @Test
  void wrongChecksumAndForeignUnitsAreIgnored() {
    assertEquals(
        List.of(),
        answers(slaves(Set.of(), Set.of(), false), "0404000b0008805c", "0504000b0008818a"));
  }
}
