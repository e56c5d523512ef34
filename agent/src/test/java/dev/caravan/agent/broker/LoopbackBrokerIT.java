package dev.caravan.agent.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Program;
import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The broker against mosquitto's own clients, and against packets written byte by byte. */
class LoopbackBrokerIT {
  private LoopbackBroker broker;
  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    broker = new LoopbackBroker(0);
  }

  @AfterEach
  void stop() throws Exception {
    Collections.reverse(opened);
    for (AutoCloseable one : opened) {
      one.close();
    }
    broker.close();
  }

  private String[] command(String name, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Program.require(name, "mosquitto-clients"));
    command.addAll(List.of("-h", "127.0.0.1", "-p", Integer.toString(broker.port())));
    command.addAll(List.of(arguments));
    return command.toArray(String[]::new);
  }

  private void pub(String... arguments) throws IOException {
    Program.run(command("mosquitto_pub", arguments));
  }

  /** A subscriber, once the broker has its subscription. */
  private Program sub(String... arguments) throws IOException {
    long before = broker.subscribes();
    Program program = Program.start(command("mosquitto_sub", arguments));
    opened.add(program);
    await().until(() -> broker.subscribes() > before);
    return program;
  }

  private static void awaitLine(Program program, String line) {
    await().until(() -> program.lines().contains(line));
  }

  private Socket raw(String hex) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port());
    opened.add(socket);
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(Bytes.ofHex(hex.replace(" ", "")).toArray());
    return socket;
  }

  private static String read(Socket socket, int count) throws IOException {
    InputStream in = socket.getInputStream();
    return Bytes.owning(in.readNBytes(count)).toString();
  }

  @ParameterizedTest
  @CsvSource({"mqttv5, 0", "mqttv5, 1", "mqttv5, 2", "mqttv311, 0", "mqttv311, 1", "mqttv311, 2"})
  void messagesArriveInEitherVersionAtEveryQos(String version, String qos) throws IOException {
    Program five = sub("-V", "mqttv5", "-q", "1", "-t", "a/+/c");
    Program three = sub("-V", "mqttv311", "-q", "1", "-t", "a/#");
    pub("-V", version, "-q", qos, "-t", "a/b/c", "-m", "hello");
    awaitLine(five, "hello");
    awaitLine(three, "hello");
  }

  @Test
  void retainedMessagesComeToLateSubscribersUntilTheyAreCleared() throws IOException {
    pub("-V", "mqttv5", "-q", "1", "-r", "-t", "r/1", "-m", "kept");
    Program late = sub("-V", "mqttv311", "-t", "r/#", "-F", "%r %p");
    awaitLine(late, "1 kept");
    assertEquals(
        Optional.of(Bytes.of("kept".getBytes(StandardCharsets.UTF_8))), broker.retained("r/1"));
    pub("-q", "1", "-r", "-t", "r/1", "-m", "new");
    awaitLine(late, "0 new");
    pub("-q", "1", "-r", "-n", "-t", "r/1");
    assertEquals(Optional.empty(), broker.retained("r/1"));
    pub("-q", "1", "-r", "-t", "r/2", "-m", "x");
    broker.forgetRetained();
    assertEquals(Optional.empty(), broker.retained("r/2"));
  }

  @Test
  void retainedMessagesGoToExactFiltersAlone() throws IOException {
    broker.faults().retainedForExactFilters(true);
    pub("-t", "a/b", "-m", "kept", "-r", "-q", "1");
    Program wide = sub("-t", "a/#", "-v");
    Program exact = sub("-t", "a/b", "-v");
    awaitLine(exact, "a/b kept");
    pub("-t", "a/b", "-m", "new", "-q", "1");
    awaitLine(wide, "a/b new");
    assertEquals(List.of("a/b new"), wide.lines());
  }

  @Test
  void dotsBecomeSlashes() throws IOException {
    broker.faults().dotsBecomeSlashes(true);
    Program all = sub("-t", "#", "-v");
    pub("-t", "a/b.c", "-m", "x", "-q", "1");
    awaitLine(all, "a/b/c x");
  }

  @Test
  void propertiesArePassedOn() throws IOException {
    Program seen = sub("-V", "mqttv5", "-q", "1", "-t", "p", "-F", "%C|%P|%R|%D|%E|%p");
    pub(
        "-V",
        "mqttv5",
        "-q",
        "1",
        "-t",
        "p",
        "-m",
        "x",
        "-D",
        "publish",
        "content-type",
        "text/plain",
        "-D",
        "publish",
        "user-property",
        "message",
        "a",
        "-D",
        "publish",
        "user-property",
        "more",
        "b",
        "-D",
        "publish",
        "response-topic",
        "back",
        "-D",
        "publish",
        "correlation-data",
        "id7",
        "-D",
        "publish",
        "message-expiry-interval",
        "3600");
    await()
        .until(() -> seen.lines().stream()
            .anyMatch(line ->
                line.matches("text/plain\\|message:a more:b\\|back\\|id7\\|3(600|59\\d)\\|x")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqttv5", "mqttv311"})
  void theWillIsPublishedWhenTheClientDiesAndNotWhenItLeaves(String version) throws IOException {
    Program watcher = sub("-V", version, "-q", "1", "-t", "will/#", "-F", "%t %p");
    Program dying = sub(
        "-V",
        version,
        "-t",
        "x",
        "--will-topic",
        "will/1",
        "--will-payload",
        "dead",
        "--will-qos",
        "1");
    dying.kill();
    awaitLine(watcher, "will/1 dead");
    // it leaves by itself after one message
    Program leaving = sub(
        "-V", version, "-C", "1", "-t", "x", "--will-topic", "will/2", "--will-payload", "dead");
    pub("-q", "1", "-t", "x", "-m", "go");
    leaving.exitCode(20);
    pub("-q", "1", "-t", "will/3", "-m", "end");
    awaitLine(watcher, "will/3 end");
    assertTrue(!watcher.lines().contains("will/2 dead"));
  }

  @Test
  void aSharedSubscriptionGivesEachMessageToOneOfItsMembers() throws IOException {
    Program one = sub("-V", "mqttv5", "-q", "1", "-t", "$share/g/s/#", "-F", "got %p");
    Program two = sub("-V", "mqttv5", "-q", "1", "-t", "$share/g/s/#", "-F", "got %p");
    Program all = sub("-V", "mqttv5", "-q", "1", "-t", "s/#", "-F", "got %p");
    for (int i = 0; i < 10; i++) {
      pub("-q", "1", "-t", "s/a", "-m", Integer.toString(i));
    }
    await().until(() -> got(all).size() == 10);
    await().until(() -> got(one).size() + got(two).size() == 10);
    assertEquals(5, got(one).size());
  }

  private static List<String> got(Program program) {
    return program.lines().stream().filter(line -> line.startsWith("got ")).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqttv5", "mqttv311"})
  void aSessionOutlivesItsConnectionUntilItIsForgotten(String version) throws IOException {
    String[] subscriber = {
      "-V", version, "-q", "1", "-i", "stays", "-c", "-x", "300", "-t", "q", "-F", "got %p"
    };
    if (version.equals("mqttv311")) {
      subscriber[7] = "-k";
      subscriber[8] = "60";
    }
    sub(subscriber).terminate();
    pub("-q", "1", "-t", "q", "-m", "while away");
    Program back = sub(subscriber);
    awaitLine(back, "got while away");
    back.terminate();
    broker.forgetSessions();
    pub("-q", "1", "-t", "q", "-m", "to nobody");
    Program again = sub(subscriber);
    pub("-q", "1", "-t", "q", "-m", "last");
    awaitLine(again, "got last");
    assertEquals(List.of("got last"), got(again));
  }

  @Test
  void aClientIdIsTakenOverByTheNextOne() throws IOException {
    Socket first = raw("10 0e 0004 4d515454 05 02 003c 00 0001 61");
    await().until(() -> broker.connects() == 1);
    raw("10 0e 0004 4d515454 05 02 003c 00 0001 61");
    // DISCONNECT 0x8E session taken over
    String all = Bytes.owning(first.getInputStream().readAllBytes()).toString();
    assertTrue(all.endsWith("e0028e00"), all);
    await().until(() -> broker.connects() == 2);
  }

  @Test
  void reasonTenSaysThatNobodyListens() throws IOException {
    // CONNECT, MQTT 5, clean start, client id "a"; then PUBLISH QoS 1, topic "t", packet id 1
    Socket socket = raw("10 0e 0004 4d515454 05 02 003c 00 0001 61");
    String connack = read(socket, 2);
    assertEquals("20", connack.substring(0, 2));
    read(socket, Integer.parseInt(connack.substring(2), 16));
    socket.getOutputStream().write(Bytes.ofHex("3207000174000100" + "78").toArray());
    assertEquals("40040001" + "10" + "00", read(socket, 6));
    sub("-t", "t");
    socket.getOutputStream().write(Bytes.ofHex("3207000174000200" + "78").toArray());
    String puback = read(socket, 4);
    assertTrue(puback.startsWith("40") && puback.endsWith("0002"), puback);
  }

  @Test
  @Timeout(60)
  void aSilentClientIsCutOffAfterOneAndAHalfKeepAlives() throws IOException {
    // keep-alive 1 s
    Socket socket = raw("10 0e 0004 4d515454 05 02 0001 00 0001 61");
    byte[] all = socket.getInputStream().readAllBytes();
    // DISCONNECT 0x8D keep alive timeout
    assertTrue(Bytes.owning(all).toString().endsWith("e0028d00"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ff ff ff ff ff ff", // no packet at all
        "32 07 00 01 74 00 01 00 78", // a publish before CONNECT
        "10 0e 0004 4d515455 05 02 003c 00 0001 61" // a protocol of another name
      })
  void whatIsNoConnectIsCutOff(String hex) throws IOException {
    Socket socket = raw(hex);
    byte[] rest = socket.getInputStream().readAllBytes();
    assertTrue(rest.length < 10);
    // and the broker goes on
    Program seen = sub("-t", "x");
    pub("-q", "1", "-t", "x", "-m", "still here");
    awaitLine(seen, "still here");
  }

  @Test
  void aClientThatIgnoresTheReceiveMaximumIsCutOff() throws IOException {
    broker.faults().receiveMaximum(2);
    broker.faults().withholdPubacks(true);
    Socket socket = raw("10 0e 0004 4d515454 05 02 003c 00 0001 61"
        + "32 06 0001 74 0001 00 32 06 0001 74 0002 00 32 06 0001 74 0003 00");
    byte[] all = socket.getInputStream().readAllBytes();
    // DISCONNECT 0x93 receive maximum exceeded
    assertTrue(
        Bytes.owning(all).toString().endsWith("e0029300"), () -> Bytes.of(all).toString());
  }

  @Test
  void aSubscribersReceiveMaximumIsKept() throws IOException {
    // Receive Maximum 2 (property 0x21), then SUBSCRIBE to "t" with QoS 1; never acknowledges
    Socket socket =
        raw("10 11 0004 4d515454 05 02 003c 03 21 0002 0001 62" + "82 07 0001 00 0001 74 01");
    for (int i = 1; i <= 5; i++) {
      pub("-V", "mqttv5", "-q", "1", "-t", "t", "-m", Integer.toString(i));
    }
    String connack = read(socket, 2);
    read(socket, Integer.parseInt(connack.substring(2), 16));
    assertEquals("9004" + "0001" + "00" + "01", read(socket, 6));
    assertEquals("3207000174" + "0001" + "00" + "31", read(socket, 9));
    assertEquals("3207000174" + "0002" + "00" + "32", read(socket, 9));
    socket.setSoTimeout(300);
    assertThrows(java.net.SocketTimeoutException.class, () -> read(socket, 1));
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(Bytes.ofHex("40020001").toArray());
    assertEquals("3207000174" + "0003" + "00" + "33", read(socket, 9));
  }

  @Test
  void unsubscribingEndsTheMessages() throws IOException {
    // SUBSCRIBE to "t", then UNSUBSCRIBE from it and from "u"
    Socket socket = raw("10 0e 0004 4d515454 05 02 003c 00 0001 61 82 07 0001 00 0001 74 01");
    String connack = read(socket, 2);
    read(socket, Integer.parseInt(connack.substring(2), 16));
    read(socket, 6);
    socket
        .getOutputStream()
        .write(Bytes.ofHex("a209000200" + "000174" + "000175").toArray());
    // UNSUBACK: success, then 0x11 no subscription existed
    assertEquals("b005000200" + "00" + "11", read(socket, 7));
    pub("-q", "1", "-t", "t", "-m", "x");
    socket.setSoTimeout(300);
    assertThrows(java.net.SocketTimeoutException.class, () -> read(socket, 1));
  }

  @Test
  void expiredMessagesAreNotDelivered() throws IOException {
    String[] subscriber = {
      "-V", "mqttv5", "-q", "1", "-i", "stays", "-c", "-x", "300", "-t", "q", "-F", "got %p"
    };
    sub(subscriber).terminate();
    pub(
        "-V",
        "5",
        "-q",
        "1",
        "-t",
        "q",
        "-m",
        "old",
        "-D",
        "publish",
        "message-expiry-interval",
        "1");
    pub("-V", "5", "-q", "1", "-t", "q", "-m", "fresh");
    // mosquitto counts whole seconds
    await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
    Program back = sub(subscriber);
    awaitLine(back, "got fresh");
    assertEquals(List.of("got fresh"), got(back));
  }

  @Test
  void aTakenPortIsAnIoException() {
    IOException taken =
        assertThrows(IOException.class, () -> new LoopbackBroker(broker.port()).close());
    assertEquals("listen on 127.0.0.1: port=" + broker.port(), taken.getMessage());
  }

  @Test
  void itListensOnTheLoopbackAddressOnly() throws IOException {
    for (var card : Collections.list(java.net.NetworkInterface.getNetworkInterfaces())) {
      for (var address : Collections.list(card.getInetAddresses())) {
        if (!address.isLoopbackAddress() && address instanceof java.net.Inet4Address) {
          assertThrows(IOException.class, () -> new Socket(address, broker.port()).close());
        }
      }
    }
  }
}
