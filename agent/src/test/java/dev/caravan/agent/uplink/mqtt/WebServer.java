package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;

/** A web server on loopback that answers every question in one way, and ends the connection. */
final class WebServer implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final String status;
  private final byte[] frames;

  /** Gives such a status, or no answer and no end if it is empty. */
  WebServer(String status) throws IOException {
    this.status = status;
    this.frames = new byte[0];
    start();
  }

  /** Gives a WebSocket, and such bytes in it. */
  WebServer(String hex, boolean isWebSocket) throws IOException {
    this.status = isWebSocket ? "101 Switching Protocols" : "200 OK";
    this.frames = Bytes.ofHex(hex).toArray();
    start();
  }

  String url() {
    return "ws://127.0.0.1:" + server.getLocalPort() + "/mqtt";
  }

  private void start() {
    Thread thread = new Thread(this::serve, "web server");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket asking = server.accept();
        String key = key(asking);
        if (!status.isEmpty()) {
          String answer = "HTTP/1.1 " + status + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: " + accepting(key) + "\r\nSec-WebSocket-Protocol: mqtt\r\n"
              + "\r\n";
          asking.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
          asking.getOutputStream().write(frames);
          asking.close();
        }
      } catch (IOException | GeneralSecurityException e) {
        // the next one
      }
    }
  }

  private static String key(Socket asking) throws IOException {
    BufferedReader in = new BufferedReader(
        new InputStreamReader(asking.getInputStream(), StandardCharsets.US_ASCII));
    String key = "";
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      key = line.startsWith("Sec-WebSocket-Key: ") ? line.substring(19) : key;
    }
    return key;
  }

  private static String accepting(String key) throws GeneralSecurityException {
    byte[] both =
        (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
    return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(both));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
