package dev.caravan.agent.security;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.caravan.agent.Hostile;
import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever lies in the files of keys and certificates. */
class KeyMaterialFuzzTest {
  private static final List<String> LABELS =
      List.of("PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY");
  private static final Path KEYS =
      Path.of(System.getProperty("caravan.root", ".."), "agent/src/test/resources/security");

  private final Path folder;

  KeyMaterialFuzzTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    Files.writeString(folder.resolve("tls.yaml"), "{ca: any.pem, cert: any.pem, crl: any.pem}");
  }

  @FuzzTest(maxDuration = "3m")
  void anyFileIsAKeyOrToldInWords(byte[] data) {
    try {
      assertNotNull(Pem.privateKey(Pem.blocks(data), "hush".toCharArray()));
    } catch (IOException | GeneralSecurityException e) {
      assertNotNull(e.getMessage());
    }
  }

  @FuzzTest(maxDuration = "3m")
  void anyFileIsTakenOrAFaultAtItsKey(byte[] data) throws IOException {
    Files.write(folder.resolve("any.pem"), data);
    Faults faults = new Faults();
    KeyMaterial.from(YamlFile.read(folder.resolve("tls.yaml"), faults));
    for (Fault fault : faults.found()) {
      assertTrue(fault.toString().contains("any.pem"), fault::toString);
    }
  }

  @Test
  void thousandsOfSpoiltKeysAreRead() throws Exception {
    List<byte[]> files = new ArrayList<>(Hostile.seeds(getClass(), "anyFileIsAKeyOrToldInWords"));
    for (String name : List.of("ec-pkcs8", "ec-sec1", "ed25519", "rsa-pkcs1", "rsa-encrypted")) {
      files.add(Files.readAllBytes(KEYS.resolve(name + ".pem")));
    }
    Hostile.each(files, 2_000, this::anyFileIsAKeyOrToldInWords);
  }

  /** What is damaged below the Base64, under each label. */
  @Test
  void thousandsOfSpoiltKeysAreReadUnderAnyLabel() throws Exception {
    List<byte[]> keys = new ArrayList<>();
    for (String name : List.of("ec-pkcs8", "ec-sec1", "ed25519", "rsa-pkcs1", "rsa-encrypted")) {
      keys.add(
          Pem.blocks(Files.readAllBytes(KEYS.resolve(name + ".pem"))).get(0).der());
    }
    Hostile.each(keys, 500, der -> {
      for (String label : LABELS) {
        String text = "-----BEGIN " + label + "-----\n"
            + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label + "-----\n";
        anyFileIsAKeyOrToldInWords(text.getBytes(StandardCharsets.US_ASCII));
      }
    });
  }

  @Test
  void hundredsOfSpoiltCertificatesAreTakenOrAFault() throws Exception {
    Hostile.each(
        Hostile.seeds(getClass(), "anyFileIsTakenOrAFaultAtItsKey"),
        300,
        this::anyFileIsTakenOrAFaultAtItsKey);
  }
}
