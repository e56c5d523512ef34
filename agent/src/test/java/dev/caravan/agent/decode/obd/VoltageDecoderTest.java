package dev.caravan.agent.decode.obd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Groups;
import dev.caravan.agent.decode.Naming;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.source.Telegram;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VoltageDecoderTest {
  private final VoltageDecoder decoder =
      new VoltageDecoder("obd0", new SignalTable(Naming.AS_DECODED));

  private List<String> decoded(String text) {
    List<String> samples = new ArrayList<>();
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    decoder.accept(
        new Telegram(5, Bytes.of(bytes)),
        Groups.each(sample ->
            samples.add(sample.signal().path() + "=" + sample.value() + "@" + sample.timeNs())));
    assertEquals(!samples.isEmpty(), decoder.knewLast());
    return samples;
  }

  @ParameterizedTest
  @CsvSource({"12.6V, 12.6", "0.0V, 0", "9.9V, 9.9", "24.5V, 24.5", "13.7V, 13.7"})
  void voltageOfTheAdapterIsTheDoubleThatIsWritten(String text, double volts) {
    assertEquals(List.of("obd0.Adapter.BatteryVoltage=" + volts + "@5"), decoded(text));
  }

  @ParameterizedTest
  @CsvSource({"12.6", "V", ".6V", "12V", "1x.6V", "-1.6V", "123456.7V", "12.66V", "?"})
  void anythingElseIsNone(String text) {
    assertEquals(List.of(), decoded(text));
  }
}
