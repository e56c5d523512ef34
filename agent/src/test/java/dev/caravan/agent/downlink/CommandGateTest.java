package dev.caravan.agent.downlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.clock.TimeOrigin;
import dev.caravan.agent.health.Health;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandGateTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long MINUTE_US = 60_000_000L;

  private final KeyPair operator = pair();
  private final KeyPair second = pair();
  private final FakeTimeline timeline = new FakeTimeline(1_764_000_000L * SECOND_NS);
  private final Health health = new Health();
  private final List<String> acts = new ArrayList<>();
  private final Path remembered;
  private CommandGate gate;

  CommandGateTest(@TempDir Path dir) {
    remembered = dir.resolve("commands");
    gate = started();
  }

  /** A gate as it is after a start of the agent now. */
  private CommandGate started() {
    return new CommandGate(
        "fleet/car",
        new CommandSettings(
            Set.of("flush", "restart-source"), List.of(operator.getPublic(), second.getPublic())),
        remembered,
        this::act,
        timeline,
        health);
  }

  private static KeyPair pair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Actions.Outcome act(String name, List<String> arguments) {
    if (arguments.contains("nobody")) {
      throw new IllegalArgumentException("no such source: nobody");
    }
    acts.add(name + arguments);
    return new Actions.Outcome("so be it", Bytes.ofHex("01"));
  }

  private long nowUs() {
    return timeline.nowNs() / 1000;
  }

  private Bytes signed(Command command, PrivateKey key) throws Exception {
    return command.sign(key);
  }

  private Bytes flush(String device, long issuedUs, long expiresUs) throws Exception {
    Command made = Command.of(device, "flush", List.of(), 0, 0);
    return signed(
        new Command(device, "flush", List.of(), made.nonce(), issuedUs, expiresUs),
        operator.getPrivate());
  }

  private String answer(Bytes message) {
    Optional<Bytes> reply = gate.accept(message);
    return reply
        .map(bytes -> Command.Answer.of(bytes))
        .map(answer -> answer.result() + ": " + answer.text())
        .orElse("");
  }

  private long count(String name) {
    return health.counter(Declared.count("command." + name), "").value();
  }

  @Test
  void allowedCommandOfEitherKeyIsDoneAndAnswered() throws Exception {
    for (KeyPair pair : List.of(operator, second)) {
      Command command =
          Command.of("fleet/car", "restart-source", List.of("can0"), nowUs(), MINUTE_US);
      Command.Answer answer =
          Command.Answer.of(gate.accept(signed(command, pair.getPrivate())).orElseThrow());
      assertEquals(
          new Command.Answer(command.nonce(), "done", "so be it", Bytes.ofHex("01")), answer);
    }
    assertEquals(List.of("restart-source[can0]", "restart-source[can0]"), acts);
    assertEquals(2, count("done"));
  }

  @Test
  void nothingIsDoneTwice() throws Exception {
    Bytes message = flush("fleet/car", nowUs(), nowUs() + MINUTE_US);
    assertEquals("done: so be it", answer(message));
    timeline.advanceNs(59 * SECOND_NS);
    assertEquals("refused: taken before", answer(message));
    timeline.advanceNs(2 * SECOND_NS);
    assertEquals("refused: expired", answer(message));
    assertEquals(1, acts.size());
    assertEquals(1, count("replayed"));
    assertEquals(1, count("late"));
  }

  @Test
  void whatWasSignedBeforeTheStartIsNotDoneAfterIt() throws Exception {
    Bytes overheard = flush("fleet/car", nowUs() - 1, nowUs() + MINUTE_US);
    assertTrue(answer(overheard).startsWith("refused: want it signed after the start"));
    assertEquals(1, count("late"));
  }

  @Test
  void clockThatIsSetMovesTheStartWithIt() throws Exception {
    Bytes overheard = flush("fleet/car", nowUs() - 1, nowUs() + 9 * MINUTE_US);
    timeline.jumpNs(-3600 * SECOND_NS);
    timeline.advanceNs(10 * SECOND_NS);
    timeline.jumpNs(3600 * SECOND_NS);
    assertTrue(answer(overheard).startsWith("refused: want it signed after the start"));
    assertEquals("done: so be it", answer(flush("fleet/car", nowUs(), nowUs() + MINUTE_US)));
  }

  @Test
  void aLifeOfMoreThanTenMinutesIsNotTaken() throws Exception {
    assertEquals("done: so be it", answer(flush("fleet/car", nowUs(), nowUs() + 10 * MINUTE_US)));
    assertTrue(
        answer(flush("fleet/car", nowUs(), nowUs() + 10 * MINUTE_US + 1)).contains("want it"));
    long later = nowUs() + 5 * MINUTE_US;
    assertTrue(answer(flush("fleet/car", later, later + 6 * MINUTE_US)).contains("want it"));
    assertEquals(2, count("late"));
  }

  @Test
  void anotherDevicesCommandAndOneThatIsNotAllowedAreRefused() throws Exception {
    assertEquals(
        "refused: it is for fleet/bus", answer(flush("fleet/bus", nowUs(), nowUs() + MINUTE_US)));
    Command status = Command.of("fleet/car", "status", List.of(), nowUs(), MINUTE_US);
    assertEquals("refused: not allowed: status", answer(signed(status, operator.getPrivate())));
    assertEquals(2, count("refused"));
    assertEquals(List.of(), acts);
  }

  @Test
  void aCommandThatFailsSaysWhy() throws Exception {
    Command command =
        Command.of("fleet/car", "restart-source", List.of("nobody"), nowUs(), MINUTE_US);
    assertEquals("failed: no such source: nobody", answer(signed(command, second.getPrivate())));
    assertEquals(1, count("failed"));
  }

  @Test
  void aStrangersKeyGetsNoAnswer() throws Exception {
    Command command = Command.of("fleet/car", "flush", List.of(), nowUs(), MINUTE_US);
    assertEquals("", answer(signed(command, pair().getPrivate())));
    assertEquals(1, count("unsigned"));
  }

  @Test
  void everyBitOfAMessageCounts() throws Exception {
    Bytes good = flush("fleet/car", nowUs(), nowUs() + MINUTE_US);
    for (int bit = 0; bit < good.length() * 8; bit++) {
      byte[] changed = good.toArray();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      timeline.advanceNs(1_000_000);
      assertEquals("", answer(Bytes.of(changed)), "bit " + bit);
    }
    assertEquals(good.length() * 8L, count("unsigned") + count("malformed"));
    assertEquals(List.of(), acts);
    assertEquals("done: so be it", answer(good));
  }

  @Test
  void rubbishIsCountedAndNotAnswered() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      byte[] rubbish = new byte[random.nextInt(300)];
      random.nextBytes(rubbish);
      assertEquals("", answer(Bytes.of(rubbish)));
    }
    assertEquals("", answer(Bytes.of(new byte[5000])));
    assertEquals(10_001, count("unsigned") + count("malformed") + count("unchecked"));
  }

  @Test
  void whatWasTakenIsNotTakenAgainAfterARestartWithAClockBehind() throws Exception {
    Bytes overheard = flush("fleet/car", nowUs(), nowUs() + 9 * MINUTE_US);
    assertEquals("done: so be it", answer(overheard));
    timeline.jumpNs(-60 * SECOND_NS);
    gate = started();
    assertEquals("refused: taken before", answer(overheard));
    assertEquals(1, acts.size());
    assertEquals(1, count("replayed"));
  }

  @Test
  void whatIsTenMinutesOlderThanTheNewestOfItsKeyIsRefusedWhateverTheClockSays() throws Exception {
    final long oldUs = nowUs();
    Bytes old = flush("fleet/car", oldUs, oldUs + 9 * MINUTE_US);
    assertEquals("done: so be it", answer(old));
    timeline.advanceNs(601 * SECOND_NS);
    assertEquals("done: so be it", answer(flush("fleet/car", nowUs(), nowUs() + MINUTE_US)));
    timeline.jumpNs(-631 * SECOND_NS);
    gate = started();
    assertEquals(
        "refused: signed more than ten minutes before the newest taken of its key", answer(old));
    Command other = Command.of("fleet/car", "flush", List.of(), oldUs, MINUTE_US);
    assertEquals("done: so be it", answer(signed(other, second.getPrivate())), "another key");
  }

  @Test
  void signersWhoseClocksDifferAreBothTaken() throws Exception {
    gate = started();
    timeline.advanceNs(300 * SECOND_NS);
    for (long aheadUs : new long[] {4 * MINUTE_US, -4 * MINUTE_US, 0}) {
      assertEquals(
          "done: so be it",
          answer(flush("fleet/car", nowUs() + aheadUs, nowUs() + aheadUs + 5 * MINUTE_US)));
    }
  }

  @Test
  void aDamagedRecordRefusesAllUnlessTheTimeIsKnown() throws Exception {
    assertEquals("done: so be it", answer(flush("fleet/car", nowUs(), nowUs() + MINUTE_US)));
    byte[] good = Files.readAllBytes(remembered);
    for (int at = 0; at < good.length; at += 5) {
      byte[] bad = good.clone();
      bad[at] ^= 1;
      assertRefusedWith(bad);
      assertRefusedWith(java.util.Arrays.copyOf(good, at));
    }
    timeline.origin(TimeOrigin.NTP);
    assertEquals("done: so be it", answer(flush("fleet/car", nowUs(), nowUs() + MINUTE_US)));
    timeline.origin(TimeOrigin.NONE);
    gate = started();
    assertEquals("done: so be it", answer(flush("fleet/car", nowUs(), nowUs() + MINUTE_US)));
  }

  private void assertRefusedWith(byte[] record) throws Exception {
    Files.write(remembered, record);
    timeline.origin(TimeOrigin.NONE);
    gate = started();
    Bytes message = flush("fleet/car", nowUs(), nowUs() + MINUTE_US);
    assertTrue(answer(message).startsWith("refused: what was taken before is not known"));
  }

  @Test
  void whereThereIsNoDirectoryTheRecordIsInMemoryUntilItComes() throws Exception {
    Path dir = remembered.resolveSibling("card");
    Path file = dir.resolve("commands");
    Health own = new Health();
    CommandSettings settings = new CommandSettings(Set.of("flush"), List.of(operator.getPublic()));
    gate = new CommandGate("fleet/car", settings, file, this::act, timeline, own);
    Bytes first = flush("fleet/car", nowUs(), nowUs() + MINUTE_US);
    assertEquals("done: so be it", answer(first));
    assertEquals("refused: taken before", answer(first));
    Files.createDirectory(dir);
    assertEquals("done: so be it", answer(flush("fleet/car", nowUs(), nowUs() + MINUTE_US)));
    gate = new CommandGate("fleet/car", settings, file, this::act, timeline, own);
    assertEquals("refused: taken before", answer(first));
  }

  @Test
  void theRecordIsBoundedAndForItsOwnerAlone() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      assertEquals("done: so be it", answer(flush("fleet/car", nowUs(), nowUs() + MINUTE_US)));
    }
    assertEquals(
        "refused: too many commands within ten minutes",
        answer(flush("fleet/car", nowUs(), nowUs() + MINUTE_US)));
    assertEquals(0, count("unchecked"), "good signatures cost nothing");
    assertTrue(Files.size(remembered) < 100_000, "size=" + Files.size(remembered));
    assertEquals("[OWNER_READ, OWNER_WRITE]", permissions());
    timeline.advanceNs(601 * SECOND_NS);
    assertEquals("done: so be it", answer(flush("fleet/car", nowUs(), nowUs() + MINUTE_US)));
    assertTrue(Files.size(remembered) < 200, "size=" + Files.size(remembered));
  }

  private String permissions() throws IOException {
    return new java.util.TreeSet<>(Files.getPosixFilePermissions(remembered)).toString();
  }

  @Test
  void forgedOnesCostAQuarterOfACoreAndAGenuineOneGetsThroughSoon() throws Exception {
    Command made = Command.of("fleet/car", "flush", List.of(), nowUs(), MINUTE_US);
    Bytes forged = signed(made, pair().getPrivate());
    for (int i = 0; i < 3_000; i++) {
      assertEquals("", answer(forged));
    }
    assertEquals(1_000, count("unsigned"), "250 ms, 250 us each, and no time passes");
    assertEquals(2_000, count("unchecked"));
    timeline.advanceNs(10_000_000);
    assertEquals("done: so be it", answer(flush("fleet/car", nowUs(), nowUs() + MINUTE_US)));
    for (int i = 0; i < 3_000; i++) {
      answer(forged);
    }
    assertEquals(1_010, count("unsigned"), "2.5 ms for 10 ms");
  }
}
