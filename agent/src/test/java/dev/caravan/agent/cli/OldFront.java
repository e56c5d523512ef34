package dev.caravan.agent.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Makes a broker one that knows MQTT 3.1.1 alone: answers a CONNECT of another version with code 1, MQTT 3.1.1, 3.2.2.3, and ends the link. */
final class OldFront implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final int brokerPort;

  OldFront(int brokerPort) throws IOException {
    this.brokerPort = brokerPort;
    start(this::accept);
  }

  private static void start(Runnable what) {
    Thread thread = new Thread(what, "old front");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
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
      InputStream in = client.getInputStream();
      ByteArrayOutputStream begin = new ByteArrayOutputStream();
      begin.write(in.read());
      int length;
      do {
        length = in.read();
        begin.write(length);
      } while (length >= 0x80);
      // the name of the protocol, 00 04 M Q T T, and its level
      byte[] name = in.readNBytes(7);
      begin.write(name);
      if (name[6] == 4) {
        try (Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort)) {
          open.add(broker);
          broker.getOutputStream().write(begin.toByteArray());
          start(() -> pass(broker, client));
          in.transferTo(broker.getOutputStream());
        }
      } else {
        client.getOutputStream().write(new byte[] {0x20, 2, 0, 1});
      }
    } catch (IOException e) {
      // one side has gone
    }
  }

  private static void pass(Socket from, Socket to) {
    try (to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // one side has gone
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket each : open) {
      each.close();
    }
  }
}
