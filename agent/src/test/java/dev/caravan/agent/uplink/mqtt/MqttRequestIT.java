package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caravan.agent.bytes.Bytes;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person reads where the broker answers a SUBSCRIBE with no SUBACK that grants it. */
class MqttRequestIT {
  /** A broker that lets one client in, and answers its SUBSCRIBE so; {@code ID} is the SUBSCRIBE's own. */
  private static String told(String answer) throws IOException, InterruptedException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread broker = new Thread(() -> serve(server, answer), "broker");
      broker.start();
      String url = "tcp://127.0.0.1:" + server.getLocalPort();
      IOException why = assertThrows(
          IOException.class,
          () -> MqttRequest.ask(
              Tail.settings("url: " + url),
              "asking",
              "t",
              List.of("answers"),
              Bytes.EMPTY,
              Bytes.of(new byte[] {1}),
              body -> false,
              1_000_000_000L));
      broker.join();
      return String.valueOf(why.getMessage()).replace(url, "URL").replaceFirst(".*filter=", "");
    }
  }

  private static void serve(ServerSocket server, String answer) {
    try (Socket socket = server.accept()) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      packet(in);
      socket.getOutputStream().write(Bytes.ofHex("2003000000").toArray());
      byte[] subscribe = packet(in);
      String id = Bytes.of(subscribe, 0, 2).toString().replace(" ", "");
      socket.getOutputStream().write(Bytes.ofHex(answer.replace("ID", id)).toArray());
      while (in.read() >= 0) {
        // until the client closes
      }
    } catch (IOException e) {
      // the client has gone
    }
  }

  private static byte[] packet(DataInputStream in) throws IOException {
    in.readByte();
    byte[] rest = new byte[in.readUnsignedByte()];
    in.readFully(rest);
    return rest;
  }

  // DISCONNECT: MQTT 5, 3.14, alone and with a reason string; SUBACK: 3.9, alone and with one
  @ParameterizedTest
  @CsvSource({
    "e0018b, 'answers, the broker ended it, 0x8b server shutting down'",
    "e0079d051f00026869, 'answers, the broker ended it, 0x9d server moved'",
    "9004ID0097, 'answers, refused, 0x97 quota exceeded'",
    "9009ID051f0002686997, 'answers, refused, 0x97 quota exceeded'",
    "9004ID0087, 'answers, refused, 0x87 not authorized'"
  })
  void reasonsAreSaidInTheWordsOfMqtt(String answer, String words) throws Exception {
    assertEquals(words, told(answer));
  }

  @Test
  void anAnswerThatIsNoPacketIsSaidSo() throws Exception {
    // SUBACK without a reason
    assertEquals("answers, what came cannot be read, a malformed packet", told("9002ID"));
  }
}
