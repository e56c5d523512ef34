package dev.caravan.agent.source.nmea;

import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.source.StreamContractTest;
import dev.caravan.agent.source.serial.PortAddress;
import dev.caravan.agent.source.serial.SerialSettings;
import dev.caravan.agent.source.serial.TestPty;
import java.nio.charset.StandardCharsets;
import java.util.List;

class NmeaSourceContractTest extends StreamContractTest {
  @Override
  protected Stream stream() {
    TestPty pty = new TestPty();
    Health health = new Health();
    NmeaSettings settings = new NmeaSettings(
        "gnss", SerialSettings.of(new PortAddress.DeviceFile(pty.device()), 9600), true, true);
    Source source = new NmeaSource(settings, new SystemTimeline(), health);
    return new Stream(source, health, pty::send, pty::close);
  }

  @Override
  protected byte[] capture() {
    return "$GPZDA,120000.00,23,11,2026,00,00*62\r\n$GNHDT,274.1,T*2B\r\n"
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  protected List<String> frames() {
    return List.of("GPZDA,120000.00,23,11,2026,00,00", "GNHDT,274.1,T");
  }
}
