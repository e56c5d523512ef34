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
    "ERROR_ACTIVE, 0x004, 0x00, 0, 0, ERROR_ACTIVE", // controller, unspecified
    "ERROR_PASSIVE, 0x004, 0x00, 0, 0, ERROR_PASSIVE",
    "ERROR_ACTIVE, 0x004, 0x01, 0, 0, ERROR_ACTIVE", // receive overflow
    "ERROR_WARNING, 0x004, 0x02, 0, 0, ERROR_WARNING", // transmit overflow
    "ERROR_ACTIVE, 0x004, 0x04, 0, 0, ERROR_WARNING", // receive warning
    "ERROR_ACTIVE, 0x004, 0x08, 0, 0, ERROR_WARNING", // transmit warning
    "ERROR_PASSIVE, 0x004, 0x08, 0, 0, ERROR_WARNING", // back from passive
    "ERROR_ACTIVE, 0x004, 0x10, 0, 0, ERROR_PASSIVE", // receive passive
    "ERROR_WARNING, 0x004, 0x20, 0, 0, ERROR_PASSIVE", // transmit passive
    "ERROR_ACTIVE, 0x004, 0x24, 0, 0, ERROR_PASSIVE", // warning and passive
    "ERROR_PASSIVE, 0x004, 0x40, 0, 0, ERROR_ACTIVE", // active
    "BUS_OFF, 0x004, 0x40, 0, 0, ERROR_ACTIVE",
    "ERROR_ACTIVE, 0x040, 0x00, 0, 0, BUS_OFF", // bus off
    "ERROR_ACTIVE, 0x044, 0x20, 0, 0, BUS_OFF", // bus off and passive
    "BUS_OFF, 0x100, 0x00, 0, 0, ERROR_ACTIVE", // restarted
    "BUS_OFF, 0x104, 0x08, 0, 0, ERROR_WARNING", // restarted into warning
    "ERROR_PASSIVE, 0x088, 0x00, 0, 0, ERROR_PASSIVE", // protocol and bus error
    "ERROR_WARNING, 0x002, 0x00, 0, 0, ERROR_WARNING", // lost arbitration
    "ERROR_ACTIVE, 0x088, 0x00, 200, 0, ERROR_ACTIVE", // counts without the class that says they
    // are counts
    "ERROR_ACTIVE, 0x288, 0x00, 95, 95, ERROR_ACTIVE",
    "ERROR_ACTIVE, 0x288, 0x00, 96, 0, ERROR_WARNING",
    "ERROR_ACTIVE, 0x288, 0x00, 0, 127, ERROR_WARNING",
    "ERROR_ACTIVE, 0x288, 0x00, 0, 128, ERROR_PASSIVE",
    "ERROR_PASSIVE, 0x288, 0x00, 0, 95, ERROR_ACTIVE",
    "BUS_OFF, 0x288, 0x00, 0, 0, BUS_OFF", // only a restart ends bus off
    "ERROR_ACTIVE, 0x204, 0x08, 130, 0, ERROR_WARNING" // what the controller says of its state goes
    // first
  })
  void everyMessageLeadsToAState(
      BusState before,
      String classes,
      String controller,
      int transmit,
      int receive,
      BusState after) {
    assertEquals(
        after,
        ErrorMessage.stateAfter(
            before, Integer.decode(classes), Integer.decode(controller), transmit, receive));
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
