package dev.caravan.agent.downlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.health.Health;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandGateTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long MINUTE_US = 60_000_000L;

  private final KeyPair operator = pair();
  private final KeyPair second = pair();
  private final FakeTimeline timeline = new FakeTimeline(1_764_000_000L * SECOND_NS);
  private final Health health = new Health();
  private final List<String> acts = new ArrayList<>();
  private final CommandGate gate = new CommandGate(
      "fleet/car",
      new CommandSettings(
          Set.of("flush", "restart-source"), List.of(operator.getPublic(), second.getPublic())),
      this::act,
      timeline,
      health);

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
    return health.counter("command." + name, "").value();
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
    assertEquals(10_001, count("unsigned") + count("malformed"));
  }
}
