package dev.caravan.agent.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TroubleCodeListsTest {
  @ParameterizedTest
  @CsvSource({
    "can1.ECU_0.ActiveDtcs, true",
    "Vehicle.OBD.DTCList, true",
    "obd0.ECU_7E8.StoredDTCs, true",
    "can1.ECU_0.ActiveDtcCount, false",
    "Vehicle.OBD.DTCCount, false",
    "Vehicle.OBD.DTCLists, false",
    "Dtcs, true",
    "'', false"
  })
  void listsAreKnownByTheirNames(String path, boolean isOne) {
    assertEquals(isOne, TroubleCodeLists.isOne(path));
  }
}
