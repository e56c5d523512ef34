package dev.caravan.agent.uplink.mqtt;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy that passes connections on to one broker, whatever name it is asked for, or answers what it is told to. */
public final class ConnectProxy implements AutoCloseable {
  public final List<String> questions = new CopyOnWriteArrayList<>();
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final int brokerPort;
  private final String answer;
  private final long pauseMs;

  /** {@code answer}: of HTTP; the connection is passed on if it says 200. {@code pauseMs}: before each byte of it. */
  public ConnectProxy(int brokerPort, String answer, long pauseMs) throws IOException {
    this.brokerPort = brokerPort;
    this.answer = answer;
    this.pauseMs = pauseMs;
    start(this::accept);
  }

  private static void start(Runnable what) {
    Thread thread = new Thread(what, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  /** Where it listens. */
  public int port() {
    return server.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        open.add(client);
        start(() -> serve(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket client) {
    try (client) {
      questions.add(head(client.getInputStream()));
      for (byte one : answer.getBytes(StandardCharsets.ISO_8859_1)) {
        if (pauseMs > 0) {
          Thread.sleep(pauseMs);
        }
        client.getOutputStream().write(one);
      }
      if (answer.contains(" 200")) {
        try (Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort)) {
          open.add(broker);
          start(() -> pass(broker, client));
          pass(client, broker);
        }
      }
    } catch (IOException e) {
      // one side has gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      head.write(in.read());
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static void pass(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[8192];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        out.write(bytes, 0, count);
      }
      to.close();
    } catch (IOException e) {
      // one side has gone
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket each : new ArrayList<>(open)) {
      each.close();
    }
  }
}
