package dev.caravan.agent.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OpenWireTest {
  private final OpenWire<String> wire = new OpenWire<>("/dev/ttyUSB0");

  @Test
  void readingWhatIsNotOpenSaysWhichPlaceIsClosed() {
    IOException before = assertThrows(IOException.class, wire::read);
    assertEquals("read /dev/ttyUSB0: closed", before.getMessage());
    wire.opened("port");
    wire.take();
    assertThrows(IOException.class, wire::read);
  }

  @Test
  void oneAloneGetsWhatIsToBeClosed() throws IOException {
    wire.opened("port");
    assertEquals("port", wire.read());
    assertEquals(Optional.of("port"), wire.now());
    assertEquals(Optional.of("port"), wire.take());
    assertEquals(Optional.empty(), wire.take());
    wire.opened("port again");
    assertEquals("port again", wire.read());
  }
}
