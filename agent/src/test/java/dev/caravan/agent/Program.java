package dev.caravan.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** A program started by a test: its lines are kept, and it never outlives {@link #close()}. */
public final class Program implements AutoCloseable {
  private final Process process;
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> readers;

  private Program(Process process) {
    this.process = process;
    this.readers = List.of(
        reader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8), lines),
        reader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8), errors));
  }

  private static Thread reader(InputStreamReader from, List<String> to) {
    Thread thread = new Thread(
        () -> {
          try (BufferedReader in = new BufferedReader(from)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
              to.add(line);
            }
          } catch (IOException e) {
            to.add("(cut: " + e.getMessage() + ")");
          }
        },
        "reader");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Starts a program with further environment variables. */
  public static Program start(Map<String, String> environment, String... command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return new Program(builder.start());
  }

  /** Starts a program. */
  public static Program start(String... command) throws IOException {
    return start(Map.of(), command);
  }

  /** Runs a program to its end, which must be a good one, and gives its lines. */
  public static List<String> run(String... command) throws IOException {
    try (Program program = start(command)) {
      int code = program.exitCode(20);
      if (code != 0) {
        throw new IOException(List.of(command) + ": exit=" + code + ": " + program.errors());
      }
      return program.lines();
    }
  }

  /** Starts {@code caravan} from the built jar, with the heap of a small board. */
  public static Program caravan(Map<String, String> environment, String... arguments)
      throws IOException {
    return caravan(List.of(), environment, arguments);
  }

  /** The same behind another command that runs it. */
  public static Program caravan(
      List<String> prefix, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx64m",
        "-jar",
        jar().toString()));
    command.addAll(Arrays.asList(arguments));
    return start(environment, command.toArray(String[]::new));
  }

  /** The built jar. */
  public static Path jar() {
    return Path.of(System.getProperty("caravan.jar", "target/caravan.jar")).toAbsolutePath();
  }

  /** The path of an installed program; skips the test if it is not installed. */
  public static String require(String program, String debianPackage) {
    Stream<String> folders = Stream.concat(
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1)),
        Stream.of("/usr/sbin", "/sbin"));
    var found = folders
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
    assumeTrue(
        found.isPresent(),
        () -> "skipped: " + program + " is not installed (Debian package " + debianPackage + ")");
    return found.orElseThrow().toString();
  }

  /**
   * A port of the loopback interface that was free a moment ago, and that no connection takes meanwhile: Linux gives those
   * ports from 32768 on.
   */
  public static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 32_768);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // somebody has it
      }
    }
  }

  /** A mosquitto on loopback that keeps sessions and retained messages in a folder. */
  public static Program mosquitto(Path folder, int port, String... more) throws IOException {
    Program mosquitto = mosquitto(List.of(), folder, port, more);
    await().atMost(Duration.ofSeconds(10)).until(() -> {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
        return true;
      } catch (IOException e) {
        return false;
      }
    });
    return mosquitto;
  }

  /** The same behind another command that runs it, perhaps in another network; it is not waited for. */
  public static Program mosquitto(List<String> prefix, Path folder, int port, String... more)
      throws IOException {
    String program = require("mosquitto", "mosquitto");
    Path config = folder.resolve("mosquitto.conf");
    Files.writeString(
        config,
        String.join(
            "\n",
            "listener " + port + " 127.0.0.1",
            "allow_anonymous true",
            "persistence true",
            "persistence_location " + folder + "/",
            "autosave_interval 1",
            "autosave_on_changes true",
            "user root",
            String.join("\n", more),
            ""));
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of(program, "-c", config.toString()));
    return start(command.toArray(String[]::new));
  }

  /** What it has printed to stdout so far; a copy. */
  public List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /** The line that it printed to stdout last; empty if there is none. */
  public String lastLine() {
    synchronized (lines) {
      return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }
  }

  /** How many lines it has printed to stdout so far, but for those that were forgotten. */
  public int lineCount() {
    return lines.size();
  }

  /** Forgets what it has printed to stdout so far, but for the last line; for programs that print for hours. */
  public void forgetLines() {
    synchronized (lines) {
      lines.subList(0, Math.max(0, lines.size() - 1)).clear();
    }
  }

  /** What it has printed to stderr so far; a copy. */
  public List<String> errors() {
    synchronized (errors) {
      return List.copyOf(errors);
    }
  }

  /** Its process. */
  public Process process() {
    return process;
  }

  /** Ends it as a power cut would, for the program at least. */
  public void kill() {
    process.toHandle().destroyForcibly();
    exitCode(15);
  }

  /** Asks it to end (SIGTERM) and answers with its exit code. */
  public int terminate() {
    // Process.destroy would close the streams, and its last words would be lost.
    process.toHandle().destroy();
    return exitCode(10); // as the README promises
  }

  /** Waits for its end and answers with its exit code. */
  public int exitCode(int atMostSeconds) {
    await().atMost(Duration.ofSeconds(atMostSeconds)).until(() -> !process.isAlive());
    await().atMost(Duration.ofSeconds(5)).until(() -> readers.stream().noneMatch(Thread::isAlive));
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
