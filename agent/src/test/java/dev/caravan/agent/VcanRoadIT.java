package dev.caravan.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A CAN interface of a real kernel: Debian's own, booted in an emulated machine with nothing but a Java runtime, the
 * agent and can-utils, compared with what candump saw there. The kernel lies below {@code target/kernel}, where the
 * package linux-image is unpacked, not installed.
 */
class VcanRoadIT {
  /** It takes a minute on an emulated processor, more on a loaded machine; this ends only what hangs. */
  private static final Duration LONG = Duration.ofMinutes(10);

  private static final List<String> MODULES = List.of("e1000", "can-dev", "can", "can-raw", "vcan");
  private static final List<String> JAVA_MODULES = List.of(
      "java.base", "java.logging", "java.management", "java.naming", "jdk.net", "jdk.unsupported");
  private static final Pattern CANDUMP = Pattern.compile(
      "caravan candump \\((\\d+\\.\\d{6})\\) vcan0 (16[67])##?\\d?([0-9A-F]{16}).*");
  private static final Pattern SAMPLE = Pattern.compile(
      ".*\"t\":([0-9.]+),\"signal\":\"can0\\.M(16[67])\\.Count\",\"value\":(\\d+),.*");

  private static final String AGENT = """
      device: {id: vm, fleet: test}
      sources:
        - name: can0
          type: socketcan
          interface: vcan0
          decode: [{dbc: bus.dbc}]
      routes:
        - name: cloud
          store: {dir: /tmp/spool}
          uplink: {type: mqtt, url: "tcp://10.0.2.2:PORT", insecure: true}
      web: {listen: "127.0.0.1:8080"}
      """;
  private static final String DBC = """
      VERSION ""
      BU_: A
      BO_ 358 M166: 8 A
       SG_ Count : 0|64@1+ (1,0) [0|0] "" A
      BO_ 359 M167: 8 A
       SG_ Count : 0|64@1+ (1,0) [0|0] "" A
      """;

  private final Path folder;
  private final Path machine;

  VcanRoadIT(@TempDir Path folder) {
    this.folder = folder;
    this.machine = folder.resolve("machine");
  }

  private static Path kernel() throws IOException {
    assumeTrue(
        System.getProperty("os.arch").equals("amd64"),
        "skipped: only amd64 kernels are booted, this is " + System.getProperty("os.arch"));
    Path kernel = Path.of(System.getProperty("caravan.root", "..")).resolve("agent/target/kernel");
    assumeTrue(
        Files.isDirectory(kernel.resolve("boot")),
        () -> "skipped: no kernel at " + kernel + "; .ci/run unpacks one there");
    return kernel;
  }

  private static Path find(Path below, String name) throws IOException {
    try (Stream<Path> files = Files.walk(below)) {
      Optional<Path> found =
          files.filter(file -> file.getFileName().toString().matches(name)).findFirst();
      return found.orElseThrow(() -> new IOException("no " + name + " below " + below));
    }
  }

  private void copy(Path from, Path to) throws IOException {
    Files.createDirectories(Objects.requireNonNull(to.getParent()));
    Files.copy(from, to);
    to.toFile().setExecutable(true);
  }

  private Path inside(Path path) {
    return machine.resolve(path.toString().substring(1));
  }

  /** The libraries that a program is linked with, where they lie here. */
  private void copyLibraries(Path program) throws IOException {
    for (String line : Program.run("ldd", program.toString())) {
      Matcher library = Pattern.compile("(/\\S+) \\(0x").matcher(line);
      if (library.find()) {
        Path file = Path.of(library.group(1));
        if (!file.startsWith(machine) && !Files.exists(inside(file))) {
          copy(file, inside(file));
        }
      }
    }
  }

  /** A runtime of what the agent needs, which boots sooner, with an archive of its classes, as the Debian package makes it. */
  private void linkJava(Path classes) throws IOException {
    Path home = Path.of(System.getProperty("java.home"));
    Program.run(
        home.resolve("bin/jlink").toString(),
        "--add-modules",
        String.join(",", JAVA_MODULES),
        "--strip-debug",
        "--no-header-files",
        "--no-man-pages",
        "--output",
        machine.resolve("java").toString());
    try (Stream<Path> all = Files.walk(machine.resolve("java"))) {
      for (Path file : all.filter(each -> each.toString().endsWith(".so")).toList()) {
        copyLibraries(file);
      }
    }
    copyLibraries(machine.resolve("java/bin/java"));
    Program.run(
        machine.resolve("java/bin/java").toString(),
        "-XX:+UseSerialGC",
        "-Xmx64m",
        "-Xshare:dump",
        "-XX:SharedClassListFile=" + classes,
        "-XX:SharedArchiveFile=" + machine.resolve("caravan.jsa"),
        "-cp",
        Program.jar().toString());
  }

  private void build(Path kernel, int port) throws IOException {
    for (String name : List.of("dev", "proc", "sys", "tmp", "bin", "modules")) {
      Files.createDirectories(machine.resolve(name));
    }
    copy(Path.of(Program.require("busybox", "busybox-static")), machine.resolve("bin/busybox"));
    for (String name : Program.run(machine.resolve("bin/busybox").toString(), "--list")) {
      if (!name.equals("busybox")) {
        Files.createSymbolicLink(machine.resolve("bin").resolve(name), Path.of("busybox"));
      }
    }
    for (String module : MODULES) {
      Path file = find(kernel.resolve("lib/modules"), Pattern.quote(module) + "\\.ko");
      copy(file, machine.resolve("modules").resolve(module + ".ko"));
    }
    for (String name : List.of("candump", "cangen")) {
      Path program = Path.of(Program.require(name, "can-utils"));
      copy(program, inside(program));
      copyLibraries(program);
    }
    copy(Program.jar(), machine.resolve("caravan.jar"));
    linkJava(Path.of(System.getProperty("caravan.root", ".."), "agent/src/deb/classes.list"));
    Files.writeString(machine.resolve("agent.yaml"), AGENT.replace("PORT", "" + port));
    Files.writeString(machine.resolve("bus.dbc"), DBC);
    try (InputStream init = VcanRoadIT.class.getResourceAsStream("vcan-init.sh")) {
      Files.write(machine.resolve("init"), Objects.requireNonNull(init).readAllBytes());
      machine.resolve("init").toFile().setExecutable(true);
    }
    Program.run(
        "sh",
        "-c",
        "cd " + machine + " && find . | bin/busybox cpio -o -H newc > " + folder.resolve("initrd"));
  }

  @Test
  void everyFrameOfARealKernelArrivesWithTheTimeThatCandumpSaw() throws Exception {
    Path kernel = kernel();
    String qemu = Program.require("qemu-system-x86_64", "qemu-system-x86");
    int port = Program.freePort();
    build(kernel, port);
    try (Program mosquitto = Program.mosquitto(folder, port);
        Program tail =
            Program.caravan(Map.of(), "tail", "-b", "tcp://127.0.0.1:" + port, "-f", "json");
        Program vm = Program.start(
            qemu,
            "-accel",
            "tcg,thread=multi",
            "-cpu",
            "max",
            "-m",
            "1000",
            "-smp",
            "2",
            "-kernel",
            find(kernel.resolve("boot"), "vmlinuz-.*").toString(),
            "-initrd",
            folder.resolve("initrd").toString(),
            "-append",
            "console=ttyS0 quiet loglevel=0 panic=-1",
            "-nic",
            "user,model=e1000",
            "-nographic",
            "-no-reboot")) {
      await().atMost(LONG).until(() -> !vm.process().isAlive());
      String log = vm.lines().stream()
          .filter(line -> line.contains("caravan ") && !line.contains("caravan candump"))
          .collect(Collectors.joining("\n"));
      List<String> seen = candumped(vm.lines());
      assertEquals(1000, seen.size(), log);
      assertTrue(log.contains("caravan paced 1000 0 0"), log);
      assertTrue(log.contains("caravan burst 21001"), log);
      assertTrue(log.contains("caravan up 21051"), log);
      assertTrue(log.contains("caravan back 21101"), log);
      assertEquals(3, log.split("caravan is 1", -1).length - 1, log);
      assertTrue(log.contains("caravan exit 0"), log);
      assertTrue(mosquitto.process().isAlive());
      await().atMost(Duration.ofSeconds(20)).until(() -> sampled(tail.lines()).size() >= 1000);
      assertEquals(seen, sampled(tail.lines()));
    }
  }

  /** Time, identifier and count of each paced frame, as candump saw it. */
  private static List<String> candumped(List<String> lines) {
    List<String> seen = new ArrayList<>();
    for (String line : lines) {
      Matcher form = CANDUMP.matcher(line);
      if (form.find()) {
        long count = Long.reverseBytes(Long.parseUnsignedLong(form.group(3), 16));
        seen.add(form.group(1) + " " + form.group(2) + " " + count);
      }
    }
    seen.sort(null);
    return seen;
  }

  /** The same as it arrived. */
  private static List<String> sampled(List<String> lines) {
    List<String> seen = new ArrayList<>();
    for (String line : lines) {
      Matcher form = SAMPLE.matcher(line);
      if (form.matches()) {
        seen.add(form.group(1) + " " + form.group(2) + " " + form.group(3));
      }
    }
    seen.sort(null);
    return seen;
  }
}
