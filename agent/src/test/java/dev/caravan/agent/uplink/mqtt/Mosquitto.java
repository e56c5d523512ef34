package dev.caravan.agent.uplink.mqtt;

import static org.awaitility.Awaitility.await;

import dev.caravan.agent.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real mosquitto on a free port of the loopback address, which can be killed and started again. */
final class Mosquitto implements AutoCloseable {
  private final String program = Program.require("mosquitto", "mosquitto");
  private final Path configuration;
  private final int port = Program.freePort();
  private Program running;

  Mosquitto(Path dir, String... lines) throws IOException {
    configuration = dir.resolve("mosquitto.conf");
    // started by root it would become another user, who may not read the test's folder
    Files.writeString(
        configuration,
        "user " + System.getProperty("user.name") + "\n"
            + "listener " + port + " 127.0.0.1\nallow_anonymous true\n"
            + String.join("\n", lines) + "\n");
    running = launch();
  }

  private Program launch() throws IOException {
    Program started = Program.start(program, "-c", configuration.toString());
    await().until(() -> {
      try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return probe.isConnected();
      } catch (IOException e) {
        return false;
      }
    });
    return started;
  }

  int port() {
    return port;
  }

  String url() {
    return "tcp://127.0.0.1:" + port;
  }

  /** Neither answers nor ends, as a broker behind a link that is dead. */
  void freeze() throws IOException {
    Program.run("kill", "-STOP", Long.toString(running.process().pid()));
  }

  void kill() {
    running.kill();
  }

  void terminate() {
    running.terminate();
  }

  void startAgain() throws IOException {
    running.close();
    running = launch();
  }

  @Override
  public void close() {
    running.close();
  }
}
