package dev.caravan.agent.security;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
  private static byte[] resource(String name) throws IOException {
    try (var in = PemTest.class.getResourceAsStream("/security/" + name)) {
      return java.util.Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private static PrivateKey key(byte[] content, String password) throws Exception {
    return Pem.privateKey(Pem.blocks(content), password.toCharArray());
  }

  @ParameterizedTest
  @CsvSource({
    "rsa-pkcs8.pem, RSA",
    "rsa-pkcs1.pem, RSA",
    "ec-pkcs8.pem, EC",
    "ec-sec1.pem, EC",
    "ed25519.pem, EdDSA"
  })
  void everyUsualFormOfAKeyIsRead(String name, String algorithm) throws Exception {
    assertEquals(algorithm, key(resource(name), "").getAlgorithm());
  }

  @ParameterizedTest
  @CsvSource({
    "rsa-pkcs1.pem, rsa-pkcs8.pem",
    "rsa-encrypted.pem, rsa-pkcs8.pem",
    "ec-sec1.pem, ec-pkcs8.pem"
  })
  void twoFormsOfOneKeyAreTheSameKey(String one, String other) throws Exception {
    PrivateKey expected = key(resource(other), "");
    PrivateKey found = key(resource(one), "hush");
    if (found instanceof java.security.interfaces.ECPrivateKey ec) {
      assertEquals(((java.security.interfaces.ECPrivateKey) expected).getS(), ec.getS());
    } else {
      assertArrayEquals(expected.getEncoded(), found.getEncoded());
    }
  }

  @Test
  void aWrongOrMissingPasswordIsSaid() throws Exception {
    assertThrows(GeneralSecurityException.class, () -> key(resource("rsa-encrypted.pem"), "loud"));
    IOException missing =
        assertThrows(IOException.class, () -> key(resource("rsa-encrypted.pem"), ""));
    assertEquals("the key is encrypted; want key_password_file", missing.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN PRIVATE KEY-----\nMC4C",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nMIGH\n-----END EC PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nMAMCAQE=\n-----END EC PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----",
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAA==\n"
            + "-----END RSA PRIVATE KEY-----",
        "nothing of the kind"
      })
  void whatIsNoKeyIsAnIoException(String text) {
    assertThrows(IOException.class, () -> key(text.getBytes(StandardCharsets.US_ASCII), ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ec-sec1.pem", "rsa-pkcs1.pem", "ed25519.pem"})
  void noSingleCorruptedByteEscapesAsAFaultOfTheProgram(String name) throws Exception {
    byte[] good = resource(name);
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x15;
      try {
        key(bad, "");
      } catch (IOException | GeneralSecurityException e) {
        assertTrue(e.getMessage() != null || e.getCause() != null);
      }
    }
  }

  @Test
  void textBetweenBlocksIsIgnored() throws Exception {
    byte[] two = """
        subject=demo
        -----BEGIN A-----
        AQI=
        -----END A-----
        Bag Attributes
        -----BEGIN B-----
        Aw==
        -----END B-----
        """.getBytes(StandardCharsets.US_ASCII);
    List<Pem.Block> blocks = Pem.blocks(two);
    assertEquals(List.of("A", "B"), blocks.stream().map(Pem.Block::label).toList());
    assertArrayEquals(new byte[] {1, 2}, blocks.get(0).der());
    assertArrayEquals(new byte[] {3}, blocks.get(1).der());
  }

  @Test
  void aBlockPrintsItsLabelAlone() throws Exception {
    assertEquals("PRIVATE KEY", Pem.blocks(resource("ed25519.pem")).get(0).toString());
  }
}
