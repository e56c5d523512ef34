package dev.caravan.agent.uplink.mqtt;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A broker that dies as soon as it has sent a row of messages to its subscriber: it reads no acknowledgement, and has
 * forgotten all when the next connection comes. What it sent is numbered from 0 on, in four bytes.
 */
final class DyingBroker implements AutoCloseable {
  private static final byte[] CONNACK = {0x20, 3, 0, 0, 0};
  private static final byte[] TOPIC = "t".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final int messages;

  /** Sends that many messages on each connection; at most 64, or it would need acknowledgements. */
  DyingBroker(int messages) throws IOException {
    this.messages = messages;
  }

  String url() {
    return "tcp://127.0.0.1:" + server.getLocalPort();
  }

  /** Lives and dies that many times. */
  void live(int times) throws IOException {
    for (int life = 0; life < times; life++) {
      try (Socket socket = server.accept()) {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        OutputStream out = socket.getOutputStream();
        packet(in);
        out.write(CONNACK);
        byte[] subscribe = packet(in);
        out.write(new byte[] {(byte) 0x90, 4, subscribe[0], subscribe[1], 0, 1});
        ByteBuffer row = ByteBuffer.allocate(messages * 12);
        for (int i = 0; i < messages; i++) {
          row.put(new byte[] {0x32, 10, 0, 1})
              .put(TOPIC)
              .putShort((short) (i + 1))
              .put((byte) 0);
          row.putInt(life * messages + i);
        }
        out.write(row.array());
      }
    }
  }

  /** What follows the fixed header of the next packet, which is a short one. */
  private static byte[] packet(DataInputStream in) throws IOException {
    in.readByte();
    byte[] rest = new byte[in.readUnsignedByte()];
    in.readFully(rest);
    return rest;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
