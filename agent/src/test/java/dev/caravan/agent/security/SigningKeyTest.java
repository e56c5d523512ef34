package dev.caravan.agent.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Signature;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeyTest {
  private static final byte[] TEXT = "abc".getBytes(StandardCharsets.US_ASCII);

  private final Path dir;
  private final Path key;
  private final Path shown;

  SigningKeyTest(@TempDir Path dir) {
    this.dir = dir;
    this.key = dir.resolve("operator");
    this.shown = dir.resolve("operator.pub");
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.sorted().toList();
    }
  }

  private void assertRefused(String named) {
    IOException refused = assertThrows(IOException.class, () -> SigningKey.makePair(key));
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith(dir.resolve(named) + ": there already"));
  }

  @Test
  void bothKeysOfANewPairBelongTogether() throws Exception {
    assertEquals(shown, SigningKey.makePair(key));
    assertEquals("rw-------", permissions(key));
    assertEquals(List.of(key, shown), files());
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(SigningKey.privateKey(key));
    signature.update(TEXT);
    byte[] signed = signature.sign();
    signature.initVerify(SigningKey.publicKey(shown));
    signature.update(TEXT);
    assertTrue(signature.verify(signed));
  }

  @Test
  void aKeyThatIsThereStaysAndGetsNoForeignPublicOne() throws IOException {
    Files.writeString(key, "mine");
    assertRefused("operator");
    assertEquals("mine", Files.readString(key));
    assertFalse(Files.exists(shown));
  }

  @Test
  void aPublicKeyThatIsThereStaysAndGetsNoForeignPrivateOne() throws IOException {
    Files.writeString(shown, "mine");
    assertRefused("operator.pub");
    assertEquals("mine", Files.readString(shown));
    assertFalse(Files.exists(key));
  }

  @Test
  void aPairThatIsThereStays() throws IOException {
    SigningKey.makePair(key);
    String before = Files.readString(key) + Files.readString(shown);
    assertRefused("operator.pub");
    assertEquals(before, Files.readString(key) + Files.readString(shown));
  }

  @Test
  void aLinkIsNotFollowedWhereverItLeads() throws IOException {
    Path elsewhere = dir.resolve("elsewhere");
    for (Path link : List.of(key, shown)) {
      Files.createSymbolicLink(link, elsewhere);
      assertRefused(link.getFileName().toString());
      assertTrue(Files.exists(link, LinkOption.NOFOLLOW_LINKS));
      Files.delete(link);
      assertEquals(List.of(), files());
    }
  }

  @Test
  void whereThePublicKeyCannotBeWrittenThereIsNoPrivateOne() throws IOException {
    // 252 bytes: the longest name is 255, on every file system of Linux
    Path longest = dir.resolve("k".repeat(252));
    assertThrows(IOException.class, () -> SigningKey.makePair(longest));
    assertEquals(List.of(), files());
  }
}
