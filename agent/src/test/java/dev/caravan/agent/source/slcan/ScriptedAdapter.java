package dev.caravan.agent.source.slcan;

import dev.caravan.agent.source.serial.TestPty;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * An adapter on a pseudo terminal: a thread answers each command as a script says. The test's thread may send and pull the
 * plug meanwhile.
 */
final class ScriptedAdapter implements AutoCloseable {
  private final TestPty pty = new TestPty();
  private final UnaryOperator<String> script;
  private final Thread thread;
  private final StringBuilder heard = new StringBuilder();
  private volatile boolean isUnplugged;

  /**
   * @param script the answer to each command, which comes without its CR; empty for none
   */
  ScriptedAdapter(UnaryOperator<String> script) {
    this.script = script;
    this.thread = new Thread(this::answer, "scripted-adapter");
    thread.start();
  }

  /** Answers as a LAWICEL CAN232 does. */
  static String lawicel(String command) {
    return switch (command.isEmpty() ? ' ' : command.charAt(0)) {
      case 'V' -> "V1013\r";
      case 'F' -> "F00\r";
      case ' ', 'S', 'Z', 'L', 'O', 'C', 'M', 'm', 's' -> "\r";
      case 't', 'T', 'r', 'R' -> "z\r";
      default -> "\u0007";
    };
  }

  private void answer() {
    StringBuilder line = new StringBuilder();
    try {
      while (!isUnplugged) {
        String received = pty.receive(20);
        synchronized (heard) {
          heard.append(received);
        }
        for (int i = 0; i < received.length(); i++) {
          if (received.charAt(i) == '\r') {
            pty.send(script.apply(line.toString()));
            line.setLength(0);
          } else {
            line.append(received.charAt(i));
          }
        }
      }
    } catch (IOException e) {
      isUnplugged = true;
    }
  }

  Path device() {
    return pty.device();
  }

  void linkAs(Path link) throws IOException {
    pty.linkAs(link);
  }

  void send(byte[] bytes) throws IOException {
    pty.send(bytes);
  }

  void send(String text) throws IOException {
    pty.send(text);
  }

  /** All that was ever sent to the adapter. */
  String heard() {
    synchronized (heard) {
      return heard.toString();
    }
  }

  /** Pulls the plug. */
  @Override
  public void close() throws IOException {
    isUnplugged = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    pty.close();
  }
}
