package dev.caravan.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Debian package, unpacked but never installed. */
class DebIT {
  private final String dpkg = Program.require("dpkg-deb", "dpkg");
  private final Path deb = Path.of(System.getProperty("caravan.deb", "target/none.deb"));
  private final Path root;
  private final Path control;

  DebIT(@TempDir Path dir) {
    root = dir.resolve("root");
    control = dir.resolve("control");
  }

  @BeforeEach
  void unpack() throws IOException {
    assumeTrue(Files.exists(deb), () -> "skipped: no package at " + deb + "; run mvn package");
    Program.run(dpkg, "-x", deb.toString(), root.toString());
    Program.run(dpkg, "-e", deb.toString(), control.toString());
  }

  private Program caravan(Map<String, String> environment, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of(root.resolve("usr/bin/caravan").toString()));
    command.addAll(List.of(arguments));
    return Program.start(environment, command.toArray(String[]::new));
  }

  @Test
  void itSaysWhatItIsAndWhatItNeeds() throws IOException {
    String told = String.join("\n", Program.run(dpkg, "--info", deb.toString()));
    assertTrue(told.contains("Package: caravan"), told);
    assertTrue(told.contains("Architecture: all"), told);
    assertTrue(told.contains("openjdk-17-jre-headless | java17-runtime-headless"), told);
    assertTrue(deb.toString().endsWith("_all.deb"), deb::toString);
  }

  @Test
  void theCommandRunsFromWhereverItWasUnpacked() throws IOException {
    try (Program version = caravan(Map.of(), "--version")) {
      assertEquals(0, version.exitCode(60));
      assertTrue(version.lines().get(0).startsWith("caravan "), version.lines()::toString);
      assertEquals(List.of(), version.errors());
    }
  }

  @Test
  void theConfigurationThatIsInstalledIsGood() throws IOException {
    String file = root.resolve("etc/caravan/agent.yaml").toString();
    try (Program check = caravan(Map.of(), "check", "--summary", "-c", file)) {
      assertEquals(0, check.exitCode(60), () -> check.errors().toString());
    }
  }

  @Test
  void otherOptionsOfJavaReplaceTheUsualOnes() throws IOException {
    Map<String, String> options = Map.of("CARAVAN_JAVA_OPTS", "-XX:NoSuchOption");
    try (Program refused = caravan(options, "--version")) {
      assertEquals(1, refused.exitCode(60));
    }
  }

  @Test
  void everyFileOfTheOperatorIsKeptAtAnUpgrade() throws IOException {
    Set<String> kept = new TreeSet<>(Files.readAllLines(control.resolve("conffiles")));
    try (Stream<Path> files = Files.walk(root.resolve("etc"))) {
      assertEquals(
          files
              .filter(Files::isRegularFile)
              .map(file -> "/" + root.relativize(file))
              .collect(Collectors.toCollection(TreeSet::new)),
          kept);
    }
    assertTrue(kept.contains("/etc/caravan/agent.yaml"), kept::toString);
  }

  @Test
  void everyMachineHasItsNativeCode() throws IOException {
    for (String machine : List.of("amd64", "i386", "arm64", "armhf", "armel")) {
      Path serial = root.resolve("usr/lib/caravan/natives/" + machine + "/libjSerialComm.so");
      assertTrue(Files.isRegularFile(serial), serial::toString);
    }
    for (String machine : List.of("amd64", "arm64", "armhf")) {
      Path can = root.resolve("usr/lib/caravan/natives/" + machine + "/libjavacan-core.so");
      assertTrue(Files.isRegularFile(can), can::toString);
    }
  }

  @Test
  void everythingBelongsToRootAndOnlyRootMayWrite() throws IOException {
    for (String line : Program.run(dpkg, "--contents", deb.toString())) {
      assertTrue(line.matches("[-d]rw[-x]r-[-x]r-[-x] (root/root|0/0) .*"), line);
      boolean isProgram =
          line.endsWith("./usr/bin/caravan") || line.endsWith("/clock-synchronized");
      assertEquals(line.startsWith("d") || isProgram, line.charAt(3) == 'x', line);
    }
  }

  @Test
  void whatItDoesWhenInstalledIsWrittenForTheShell() throws IOException {
    for (String script : List.of("postinst", "prerm", "postrm")) {
      Path file = control.resolve(script);
      assertTrue(Files.isExecutable(file), script);
      Program.run("/bin/sh", "-n", file.toString());
    }
  }

  @Test
  void mostOfTheClassesToArchiveAreInTheJar() throws IOException {
    Path home = root.resolve("usr/lib/caravan");
    try (java.util.jar.JarFile jar =
        new java.util.jar.JarFile(home.resolve("caravan.jar").toFile())) {
      List<String> ours = Files.readAllLines(home.resolve("classes.list")).stream()
          .filter(line -> line.matches("dev/caravan/\\S+ id: .*|dev/caravan/[^ ]+"))
          .map(line -> line.replaceAll(" .*", ""))
          .toList();
      long there =
          ours.stream().filter(name -> jar.getEntry(name + ".class") != null).count();
      assertTrue(there > 200 && there > ours.size() * 0.9, () -> there + " of " + ours.size());
    }
  }

  /** Classes and lambdas that are not in it are read from the jar at each start, which takes several times as long. */
  @Test
  void nearlyAllThatACommandLoadsComesFromTheArchive() throws IOException {
    Path home = root.resolve("usr/lib/caravan");
    Path archive = home.resolve("caravan.jsa");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Program.run(
        java.toString(),
        "-XX:+UseSerialGC",
        "-Xshare:dump",
        "-Xlog:cds*=off",
        "-XX:SharedClassListFile=" + home.resolve("classes.list"),
        "-XX:SharedArchiveFile=" + archive,
        "-cp",
        home.resolve("caravan.jar").toString());
    List<String> loaded = Program.run(
            java.toString(),
            "-XX:+UseSerialGC",
            "-XX:SharedArchiveFile=" + archive,
            "-Xlog:class+load",
            "-jar",
            home.resolve("caravan.jar").toString(),
            "check",
            root.resolve("etc/caravan/agent.yaml").toString())
        .stream()
        .filter(line -> line.contains(" source: "))
        .toList();
    long archived =
        loaded.stream().filter(line -> line.contains("shared objects file")).count();
    assertTrue(
        archived > loaded.size() * 0.95,
        () -> archived + " of " + loaded.size() + "; StartTable --list writes classes.list anew");
  }
}
