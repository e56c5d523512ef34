package dev.caravan.agent.source.socketcan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.source.BusState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Classes and details by the numbers of linux/can/error.h, written out. */
class ErrorMessageTest {
  @ParameterizedTest
  @CsvSource({
    // before, classes, byte 1, byte 6, byte 7, after
    "0, 0x004, 0x00, 0, 0, 0", // controller, unspecified
    "2, 0x004, 0x00, 0, 0, 2",
    "0, 0x004, 0x01, 0, 0, 0", // receive overflow
    "1, 0x004, 0x02, 0, 0, 1", // transmit overflow
    "0, 0x004, 0x04, 0, 0, 1", // receive warning
    "0, 0x004, 0x08, 0, 0, 1", // transmit warning
    "2, 0x004, 0x08, 0, 0, 1", // back from passive
    "0, 0x004, 0x10, 0, 0, 2", // receive passive
    "1, 0x004, 0x20, 0, 0, 2", // transmit passive
    "0, 0x004, 0x24, 0, 0, 2", // warning and passive
    "2, 0x004, 0x40, 0, 0, 0", // active
    "3, 0x004, 0x40, 0, 0, 0",
    "0, 0x040, 0x00, 0, 0, 3", // bus off
    "0, 0x044, 0x20, 0, 0, 3", // bus off and passive
    "3, 0x100, 0x00, 0, 0, 0", // restarted
    "3, 0x104, 0x08, 0, 0, 1", // restarted into warning
    "2, 0x088, 0x00, 0, 0, 2", // protocol and bus error
    "1, 0x002, 0x00, 0, 0, 1", // lost arbitration
    "0, 0x088, 0x00, 200, 0, 0", // counts without the class that says they are counts
    "0, 0x288, 0x00, 95, 95, 0",
    "0, 0x288, 0x00, 96, 0, 1",
    "0, 0x288, 0x00, 0, 127, 1",
    "0, 0x288, 0x00, 0, 128, 2",
    "2, 0x288, 0x00, 0, 95, 0",
    "3, 0x288, 0x00, 0, 0, 3", // only a restart ends bus off
    "0, 0x204, 0x08, 130, 0, 1" // what the controller says of its state goes first
  })
  void everyMessageLeadsToAState(
      int before, String classes, String controller, int transmit, int receive, int after) {
    assertEquals(
        BusState.values()[after],
        ErrorMessage.stateAfter(
            BusState.values()[before],
            Integer.decode(classes),
            Integer.decode(controller),
            transmit,
            receive));
  }

  @ParameterizedTest
  @CsvSource({
    "0x001, true",
    "0x002, false",
    "0x004, false",
    "0x008, true",
    "0x010, true",
    "0x020, true",
    "0x040, false",
    "0x080, true",
    "0x100, false",
    "0x200, false",
    "0x00A, true"
  })
  void errorsOfTheBusAreToldFromStates(String classes, boolean is) {
    assertEquals(is, ErrorMessage.isBusError(Integer.decode(classes)));
  }

  @ParameterizedTest
  @CsvSource({"0x004, 0x01, true", "0x004, 0x02, false", "0x008, 0x01, false", "0x084, 0x05, true"})
  void overrunOfTheControllerIsSeen(String classes, String controller, boolean is) {
    assertEquals(is, ErrorMessage.isOverrun(Integer.decode(classes), Integer.decode(controller)));
  }
}
