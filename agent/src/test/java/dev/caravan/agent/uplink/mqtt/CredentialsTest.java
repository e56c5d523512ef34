package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.broker.LoopbackBroker;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.clock.TimeOrigin;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CredentialsTest {
  private static final long DAY_NS = 86_400_000_000_000L;

  // 2025-11-24T16:00:00Z
  private final FakeTimeline timeline = new FakeTimeline(1764000000_000_000_000L);
  private final Part part = new Health().part("route", "cloud");
  private final Path folder;

  CredentialsTest(@TempDir Path folder) {
    this.folder = folder;
    part.set(Part.State.OK, "");
  }

  private Path password(String text) throws IOException {
    return Files.writeString(folder.resolve("password"), text + "\n");
  }

  private static String ending(long seconds) {
    return "SharedAccessSignature sr=h%2Fdevices%2Fd&sig=a%3D&se=" + seconds;
  }

  private Credentials of(String... lines) {
    return new Credentials(Tail.settings(lines), timeline, part, "cloud");
  }

  private Credentials ofPassword(long endSeconds) throws IOException {
    return of(
        "url: ssl://broker.example", "user: u", "password_file: " + password(ending(endSeconds)));
  }

  @Test
  void theEndOfAPasswordIsToldFromThirtyDaysBeforeOn() throws IOException {
    Credentials credentials = ofPassword(1764000000 + 31 * 86_400);
    credentials.look();
    assertEquals("", part.why());
    timeline.jumpNs(DAY_NS);
    credentials.look();
    assertEquals("the password ends at 2025-12-25T16:00:00Z, in 30 days", part.why());
    timeline.jumpNs(28 * DAY_NS + 1_000_000_000L);
    credentials.look();
    assertEquals("the password ends at 2025-12-25T16:00:00Z, in 1 day", part.why());
    timeline.jumpNs(DAY_NS);
    credentials.look();
    assertEquals("the password ends at 2025-12-25T16:00:00Z, within a day", part.why());
    assertEquals(Part.State.OK, part.state());
    assertEquals("", credentials.ended());
  }

  @Test
  void aPasswordThatEndedMakesTheRouteDegradedUntilThereIsAnother() throws IOException {
    Credentials credentials = ofPassword(1764000000);
    credentials.look();
    assertEquals("the password ended at 2025-11-24T16:00:00Z", part.why());
    assertEquals(part.why(), credentials.ended());
    assertEquals(Part.State.DEGRADED, part.state());
    password(ending(1764000000 + 90 * 86_400));
    credentials.look();
    assertEquals("", part.why());
    assertEquals("", credentials.ended());
    assertEquals(Part.State.OK, part.state());
  }

  @Test
  void aBoardWithoutATimeIsNotSure() throws IOException {
    timeline.origin(TimeOrigin.NONE);
    ofPassword(1764000000).look();
    assertEquals("the password ended at 2025-11-24T16:00:00Z", part.why());
    assertEquals(Part.State.OK, part.state());
  }

  @Test
  void aPasswordThatSaysNothingOfItIsNotSpokenOf() throws IOException {
    of("url: ssl://broker.example", "user: u", "password_file: " + password("hush"))
        .look();
    assertEquals("", part.why());
    Files.delete(folder.resolve("password"));
    of("url: ssl://broker.example").look();
    assertEquals("", part.why());
  }

  @Test
  void theEndOfACertificateIsToldToo() throws IOException {
    Certificates made = new Certificates(folder);
    made.authority("ca");
    made.issueExpired("ca", "car", "DNS:car");
    Credentials credentials = of(
        "url: ssl://broker.example",
        "tls: {cert: " + made.file("car.pem") + ", key: " + made.file("car.key") + "}");
    credentials.look();
    // as it was made
    assertEquals("the certificate ended at 2020-02-01T00:00:00Z", part.why());
  }

  @Test
  void aRefusalSaysThatThePasswordEnded() throws IOException {
    try (LoopbackBroker broker = new LoopbackBroker(0)) {
      broker.faults().refuseConnects(0x86);
      Rig rig = new Rig(
          Tail.settings(
              "url: " + broker.url(), "user: u", "password_file: " + password(ending(1764000000))),
          "cloud",
          true,
          0,
          timeline);
      IOException refused = assertThrows(IOException.class, rig.uplink::open);
      String words = String.valueOf(refused.getMessage());
      assertTrue(words.endsWith("; the password ended at 2025-11-24T16:00:00Z"), words);
    }
  }
}
