package dev.caravan.agent.downlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import dev.caravan.agent.Hostile;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.v1.SignedCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes to the gate, and whatever it finds where it keeps what it took. */
class CommandGateFuzzTest {
  private static final long NOW_US = 1_764_000_000_000_000L;

  private final KeyPair operator = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  private final Path remembered;
  private final List<String> acts = new ArrayList<>();

  CommandGateFuzzTest(@TempDir Path folder) throws Exception {
    remembered = folder.resolve("commands");
  }

  private CommandGate gate() {
    return new CommandGate(
        "fleet/car",
        new CommandSettings(Set.of("flush"), List.of(operator.getPublic())),
        remembered,
        (name, arguments) -> {
          acts.add(name);
          return new Actions.Outcome("", Bytes.EMPTY);
        },
        new FakeTimeline(NOW_US * 1_000),
        new Health());
  }

  @FuzzTest(maxDuration = "3m")
  void whatIsNotSignedIsNeitherDoneNorAnswered(byte[] data) {
    assertTrue(gate().accept(Bytes.of(data)).isEmpty());
    assertEquals(List.of(), acts);
  }

  /** A command that an operator's own program has made wrongly, under a good signature. */
  @FuzzTest(maxDuration = "3m")
  void whatIsSignedIsDoneOnlyIfItIsAllowed(byte[] data) throws Exception {
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(operator.getPrivate());
    signature.update(data);
    byte[] message = SignedCommand.newBuilder()
        .setCommand(ByteString.copyFrom(data))
        .setSignature(ByteString.copyFrom(signature.sign()))
        .build()
        .toByteArray();
    acts.clear();
    Files.deleteIfExists(remembered);
    CommandGate gate = gate();
    String result = gate.accept(Bytes.of(message))
        .map(reply -> Command.Answer.of(reply).result())
        .orElse("");
    assertEquals(result.equals("done") ? List.of("flush") : List.of(), acts);
    assertTrue(Set.of("", "done", "refused").contains(result), result);
    assertTrue(
        !gate()
            .accept(Bytes.of(message))
            .map(reply -> Command.Answer.of(reply).isDone())
            .orElse(false),
        "done twice");
  }

  @FuzzTest(maxDuration = "3m")
  void whatWasTakenIsReadFromAnyFile(byte[] data) throws Exception {
    Files.write(remembered, data);
    Command command = Command.of("fleet/car", "flush", List.of(), NOW_US, 1_000_000);
    String result = gate()
        .accept(command.sign(operator.getPrivate()))
        .map(reply -> Command.Answer.of(reply).result())
        .orElse("");
    assertTrue(Set.of("done", "refused").contains(result), result);
  }

  @Test
  void hundredsOfSpoiltMessagesAreRefused() throws Exception {
    Hostile.each(
        Hostile.seeds(getClass(), "whatIsNotSignedIsNeitherDoneNorAnswered"),
        500,
        this::whatIsNotSignedIsNeitherDoneNorAnswered);
  }

  @Test
  void hundredsOfSpoiltCommandsAreJudged() throws Exception {
    Hostile.each(
        Hostile.seeds(getClass(), "whatIsSignedIsDoneOnlyIfItIsAllowed"),
        200,
        this::whatIsSignedIsDoneOnlyIfItIsAllowed);
  }

  @Test
  void manySpoiltFilesAreRead() throws Exception {
    Hostile.each(
        Hostile.seeds(getClass(), "whatWasTakenIsReadFromAnyFile"),
        50,
        this::whatWasTakenIsReadFromAnyFile);
  }
}
