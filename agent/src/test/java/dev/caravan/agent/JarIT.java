package dev.caravan.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravan.agent.bytes.Bytes;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The jar that is given away: small, for Linux, and with the licence of everything in it. */
@SuppressWarnings("NullAway.Init") // opened before each test
class JarIT {
  private static final long MOST_BYTES = 10L << 20;
  private static final String TEXTS = "META-INF/licenses/";

  private Path path;
  private JarFile jar;

  @BeforeEach
  void open() throws IOException {
    path = Path.of(System.getProperty("caravan.jar", "target/caravan.jar"));
    assumeTrue(Files.exists(path), () -> "skipped: no jar at " + path + "; run mvn package");
    jar = new JarFile(path.toFile());
  }

  @AfterEach
  void close() throws IOException {
    if (jar != null) {
      jar.close();
    }
  }

  /** The jars of the class path whose classes are in the jar, by {@code artifact version}. */
  private Map<String, Path> libraries() throws IOException {
    Map<String, Path> libraries = new TreeMap<>();
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path library = Path.of(element);
      if (element.endsWith(".jar") && isContained(library)) {
        // .../com/google/protobuf/protobuf-java/4.36.2/protobuf-java-4.36.2.jar
        int file = library.getNameCount() - 1;
        libraries.put(library.getName(file - 2) + " " + library.getName(file - 1), library);
      }
    }
    return libraries;
  }

  private boolean isContained(Path library) throws IOException {
    try (JarFile other = new JarFile(library.toFile())) {
      return !library.getFileName().toString().startsWith("caravan-")
          && other.stream()
              .map(JarEntry::getName)
              .filter(name -> name.endsWith(".class") && !name.contains("-"))
              .filter(name -> !name.startsWith("META-INF/"))
              .findFirst()
              .filter(name -> jar.getEntry(name) != null)
              .isPresent();
    }
  }

  private static Bytes content(JarFile from, String name) throws IOException {
    try (InputStream in = from.getInputStream(from.getEntry(name))) {
      return Bytes.owning(in.readAllBytes());
    }
  }

  private List<List<String>> rows() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    String table =
        new String(content(jar, "META-INF/THIRD-PARTY.txt").toArray(), StandardCharsets.UTF_8);
    for (String line :
        table.lines().filter(line -> line.contains(" | ")).skip(1).toList()) {
      rows.add(Arrays.stream(line.split("\\|", -1)).map(String::strip).toList());
    }
    return rows;
  }

  @Test
  void everyLibraryHasItsRowAndNothingElseHas() throws IOException {
    Set<String> named = new TreeSet<>();
    for (List<String> row : rows()) {
      named.add(row.get(0).substring(row.get(0).indexOf(':') + 1) + " " + row.get(1));
    }
    assertEquals(libraries().keySet(), named);
    assertTrue(named.size() > 10, named.toString());
  }

  @Test
  void everyRowNamesTextsThatAreThereAndEveryTextIsNamed() throws IOException {
    Set<String> named = new TreeSet<>();
    for (List<String> row : rows()) {
      for (String text : row.get(3).split(" ", -1)) {
        named.add(TEXTS + text);
      }
    }
    Set<String> present = new TreeSet<>(jar.stream()
        .map(JarEntry::getName)
        .filter(name -> name.startsWith(TEXTS) && !name.endsWith("/"))
        .toList());
    assertEquals(present, named);
    for (String text : named) {
      assertTrue(content(jar, text).length() > 500, text);
    }
    assertTrue(content(jar, "META-INF/LICENSE").length() > 10_000);
  }

  @Test
  void licencesInTheJarsOfLibrariesAreKeptWordForWord() throws IOException {
    Set<Bytes> kept = new HashSet<>();
    for (JarEntry entry :
        jar.stream().filter(e -> e.getName().startsWith(TEXTS)).toList()) {
      kept.add(content(jar, entry.getName()));
    }
    Set<String> lost = new TreeSet<>();
    int found = 0;
    for (Path library : libraries().values()) {
      try (JarFile other = new JarFile(library.toFile())) {
        for (JarEntry entry : other.stream().filter(JarIT::isLegal).toList()) {
          found++;
          if (!kept.contains(content(other, entry.getName()))) {
            lost.add(library.getFileName() + ": " + entry.getName());
          }
        }
      }
    }
    assertEquals(Set.of(), lost);
    assertTrue(found >= 2, "found=" + found);
  }

  private static boolean isLegal(JarEntry entry) {
    String name = entry.getName();
    return !entry.isDirectory()
        && !name.endsWith(".class")
        && name.substring(name.lastIndexOf('/') + 1)
            .matches("(?i)(licen[cs]es?|notices?|about|copying|copyright|epl|edl)\\b.*");
  }

  @Test
  void jarIsSmallAndEveryNameInItIsThereOnce() throws IOException {
    assertTrue(Files.size(path) <= MOST_BYTES, "sizeBytes=" + Files.size(path));
    List<String> names = jar.stream().map(JarEntry::getName).toList();
    assertEquals(names.size(), new HashSet<>(names).size());
  }

  @Test
  void onlyBinariesForLinuxOnArmAndX86AreIn() {
    Set<String> systems = new TreeSet<>();
    for (JarEntry entry : jar.stream().toList()) {
      String name = entry.getName();
      if (name.matches(".*\\.(so|dll|jnilib|dylib|exe)")) {
        systems.add(name.substring(0, name.lastIndexOf('/')));
      }
    }
    assertEquals(
        Set.of(
            "Linux/armv5",
            "Linux/armv6hf",
            "Linux/armv7hf",
            "Linux/armv8_32",
            "Linux/armv8_64",
            "Linux/x86",
            "Linux/x86_64",
            "javacan/aarch64/native",
            "javacan/armv7/native",
            "javacan/x86_64/native",
            "org/jline/nativ/Linux-musl/arm64",
            "org/jline/nativ/Linux-musl/x86_64",
            "org/jline/nativ/Linux/arm",
            "org/jline/nativ/Linux/arm64",
            "org/jline/nativ/Linux/armv6",
            "org/jline/nativ/Linux/armv7",
            "org/jline/nativ/Linux/x86",
            "org/jline/nativ/Linux/x86_64"),
        systems);
  }

  @Test
  void manifestSaysWhatWasBuilt() throws IOException {
    Attributes attributes = jar.getManifest().getMainAttributes();
    assertEquals("dev.caravan.agent.cli.Caravan", attributes.getValue("Main-Class"));
    assertEquals("true", attributes.getValue("Multi-Release"));
    assertEquals("ALL-UNNAMED", attributes.getValue("Enable-Native-Access"));
    assertNotEquals(null, attributes.getValue("Implementation-Version"));
    assertTrue(
        String.valueOf(attributes.getValue("Git-Commit"))
            .matches("unknown|[0-9a-f]{40}(-changed)?"),
        attributes.getValue("Git-Commit"));
    assertTrue(
        String.valueOf(attributes.getValue("Build-Date"))
            .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"),
        attributes.getValue("Build-Date"));
  }
}
