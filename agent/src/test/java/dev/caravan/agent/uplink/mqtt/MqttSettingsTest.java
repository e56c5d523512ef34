package dev.caravan.agent.uplink.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import dev.caravan.agent.uplink.Budget;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.uplink.mqtt.MqttSettings.Broker;
import dev.caravan.agent.wire.DeviceName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MqttSettingsTest {
  private final Path dir;

  private final Faults faults = new Faults();

  MqttSettingsTest(@TempDir Path dir) {
    this.dir = dir;
  }

  private static String reveal(MqttSettings settings) throws IOException {
    return new String(settings.password().orElseThrow().reveal(), StandardCharsets.UTF_8);
  }

  private MqttSettings read(String... lines) throws IOException {
    Path file = dir.resolve("u.yaml");
    Files.writeString(file, "type: mqtt\n" + String.join("\n", lines) + "\n");
    return MqttSettings.from(YamlFile.read(file, faults));
  }

  private List<String> faults() {
    String folder = dir + "/";
    return faults.found().stream()
        .map(fault -> fault.toString().replace(folder, ""))
        .toList();
  }

  @Test
  void everythingButTheAddressHasADefault() throws IOException {
    MqttSettings settings = read("url: tcp://localhost");
    assertEquals(List.of(), faults());
    assertEquals("[tcp://localhost:1883]", settings.brokers().toString());
    assertEquals(30, settings.keepAliveSeconds());
    assertEquals(10, settings.connectTimeoutSeconds());
    assertEquals(16, settings.window());
    assertEquals(600_000_000_000L, settings.keepUnheardNs());
    assertEquals(Optional.empty(), settings.clientId());
    assertTrue(settings.password().isEmpty());
  }

  @Test
  void budgetHasLimitsAndAnOrder() throws IOException {
    assertEquals(Long.MAX_VALUE, read("url: tcp://localhost").budget().monthBytes());
    assertEquals(
        new Budget.Limits(
            2 << 20, Long.MAX_VALUE, 500 << 20, List.of(Budget.Use.BACKLOG, Budget.Use.LIVE)),
        read("url: tcp://localhost", "budget: {hour: 2MiB, month: 500MiB}").budget());
    assertEquals(
        List.of(Budget.Use.EVENTS),
        read("url: tcp://localhost", "budget: {day: 1GiB, shave: [events]}")
            .budget()
            .shaved());
    assertEquals(List.of(), faults());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}|budget: want at least one of hour, day and month",
        "{hour: 1MiB, day: 512KiB}|budget.hour: want no more than the day has",
        "{day: 2MiB, month: 1MiB}|budget.day: want no more than the month has",
        "{hour: 1KiB}|budget.hour: want 64KiB..1024GiB, got 1KiB",
        "{hour: 1MiB, shave: [live, live]}|budget.shave[1]: named twice",
        "{hour: 1MiB, shave: [live, backlog, events]}|budget.shave: want at most two; who is not named stops last",
        "{hour: 1MiB, week: 2MiB}|budget.week: unknown key"
      })
  void budgetsThatCannotBeAreRefused(String both) throws IOException {
    String[] parts = both.split("\\|", 2);
    read("url: tcp://localhost", "budget: " + parts[0]);
    assertEquals(1, faults().size(), () -> faults().toString());
    assertTrue(faults().get(0).contains(parts[1]), () -> faults().toString());
  }

  @Test
  void noSecretOfAnAddressIsPrinted() throws IOException {
    read("url: 'ssl://someone:secret1@broker.example/x?sign=secret2'");
    read("url: 'ws://broker.example/mqtt?sign=secret3@x'");
    read("url: 'tcp:someone:secret4@broker.example'");
    assertEquals(3, faults().size());
    assertFalse(faults().toString().contains("secret"), () -> faults().toString());
    assertTrue(
        faults().get(0).contains("got 'ssl://…@broker.example/x?…'"), faults().get(0));
  }

  @Test
  void severalBrokersAreTriedInTheirOrder() throws IOException {
    MqttSettings settings =
        read("url: ['mqtts://a.example', 'ssl://b.example:99', 'mqtt://[::1]']");
    assertEquals(List.of(), faults());
    assertEquals(
        "[ssl://a.example:8883, ssl://b.example:99, tcp://[::1]:1883]",
        settings.brokers().toString());
  }

  @Test
  void schemesAreTakenInAnyCaseAndHostsWithUnderscores() throws IOException {
    MqttSettings settings = read(
        "url: ['MQTTS://a.example', 'Ssl://my_broker:99', 'TCP://LocalHost', 'wss://_x.a_b.example/p?q=1',"
            + " 'ssl://my_broker']");
    assertEquals(List.of(), faults());
    assertEquals(
        "[ssl://a.example:8883, ssl://my_broker:99, tcp://LocalHost:1883,"
            + " wss://_x.a_b.example:443/p, ssl://my_broker:8883]",
        settings.brokers().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ssl://my_broker:0",
        "ssl://my_broker:65536",
        "ssl://my_broker:",
        "ssl://my_broker:1a",
        "ssl://my_broker/path",
        "ssl://me@my_broker",
        "ssl://my..broker_",
        "ssl://-my_broker",
        "ssl://my_broker.",
        "ssl://1.2.3.4.5",
        "ssl://_:x_"
      })
  void whatIsNoHostIsRefusedWithAnUnderscoreToo(String url) throws IOException {
    read("url: '" + url + "'");
    assertEquals(1, faults().size(), () -> faults().toString());
  }

  @Test
  void clientIdentifierIsAnyText() throws IOException {
    for (String id : List.of("a b", "西安/车 1", "a".repeat(21_845), "\"#+$")) {
      assertEquals(
          Optional.of(id),
          read("url: tcp://localhost", "client_id: '" + id + "'").clientId());
    }
    assertEquals(List.of(), faults());
  }

  @Test
  void plainTextToAnotherMachineIsRefusedUnlessAskedFor() throws IOException {
    read("url: tcp://broker.example");
    assertEquals(
        List.of("u.yaml:2:6: url: 'tcp://broker.example' sends in plain text to another machine;"
            + " want ssl:// or wss://, or insecure: true beside it"),
        faults());
  }

  @Test
  void aWebSocketHasThePortsAndThePathThatAreUsual() throws IOException {
    MqttSettings settings = read(
        "url: ['ws://localhost', 'wss://a.example/', 'wss://b.example:8443/x/y?z=secret']",
        "tls: {alpn: [x-amzn-mqtt-ca, mqtt]}");
    assertEquals(List.of(), faults());
    assertEquals(
        "[ws://localhost:80/mqtt, wss://a.example:443/mqtt, wss://b.example:8443/x/y]",
        settings.brokers().toString());
    assertEquals(Optional.of("/x/y?z=secret"), settings.brokers().get(2).page());
    assertEquals(List.of("x-amzn-mqtt-ca", "mqtt"), settings.brokers().get(2).alpn());
    assertEquals(List.of(), settings.brokers().get(0).alpn());
  }

  @Test
  void aPlainWebSocketToAnotherMachineIsRefusedUnlessAskedFor() throws IOException {
    read("url: ws://broker.example");
    assertEquals(1, faults().size());
    assertTrue(faults().get(0).contains("sends in plain text"), faults()::toString);
  }

  @Test
  void aProtocolThatCannotBeOfferedIsAFault() throws IOException {
    read("url: ssl://broker.example", "tls: {alpn: 'm q'}");
    assertEquals(1, faults().size());
    assertTrue(faults().get(0).startsWith("u.yaml:3:13: tls.alpn: "), faults()::toString);
  }

  @Test
  void plainTextToAnotherMachineCanBeAskedFor() throws IOException {
    read("url: tcp://broker.example", "insecure: true");
    assertEquals(List.of(), faults());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "broker.example:1883",
        "http://localhost",
        "tcp://",
        "tcp://localhost/path",
        "tcp://local host",
        "ws://localhost/mqtt#part",
        "ws://localhost:1/a#c",
        "ws:///mqtt",
        "ws:localhost/mqtt",
        "tcp:localhost:1883",
        "tcp:/localhost",
        "tcp:",
        "tcp://:1883",
        "tcp://localhost:-1",
        "tcp://localhost:99999999999",
        "tcp://localhost:port",
        "tcp://localhost:1883:1883",
        "tcp://local\u00a0host",
        "tcp://b\u00fccher.example",
        "tcp://\ud83d\ude9a",
        "tcp://[::1",
        "tcp://[localhost]",
        "tcp://::1:1883",
        "mqtt",
        "mqtt:",
        "://localhost",
        "//localhost",
        " ",
        ""
      })
  void whatIsNoAddressIsAFault(String url) throws IOException {
    read("url: '" + url + "'");
    assertEquals(
        List.of(
            "u.yaml:2:6: url: want tcp:// or mqtt://HOST[:PORT], ssl:// or mqtts://HOST[:PORT], ws://HOST[:PORT][/PATH]"
                + " or wss://HOST[:PORT][/PATH], got '" + url + "'"),
        faults());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp://localhost:70000", "mqtt://127.0.0.1:99999", "wss://h:0/mqtt"})
  void portThatIsNoneIsAFaultOfThePort(String url) throws IOException {
    read("url: '" + url + "'");
    assertEquals(List.of("u.yaml:2:6: url: want a port, 1..65535, got '" + url + "'"), faults());
  }

  @Test
  void aMissingAddressIsAFault() throws IOException {
    read("window: 3");
    assertEquals(1, faults().size());
    assertTrue(
        faults().get(0).contains("url: missing; want the broker's address"), faults()::toString);
  }

  @Test
  void aPasswordWrittenIntoTheFileIsAFaultAndNotRepeated() throws IOException {
    MqttSettings settings = read("url: tcp://localhost", "user: u", "password: hunter2");
    assertEquals(
        List.of("u.yaml:4:11: password: a secret is not written into this file; want ${NAME} of"
            + " the environment, or password_file: PATH"),
        faults());
    assertFalse(settings.toString().contains("hunter2"));
  }

  @Test
  void aPasswordWithADefaultInTheFileIsAFault() throws IOException {
    read("url: tcp://localhost", "password: ${CARAVAN_NO_SUCH_VARIABLE:-hunter2}");
    assertEquals(1, faults().size());
  }

  @Test
  void aPasswordComesFromTheEnvironmentOrAFile() throws IOException {
    // PATH is set wherever tests run
    MqttSettings settings = read("url: tcp://localhost", "password: ${PATH}");
    assertEquals(List.of(), faults());
    assertEquals(System.getenv("PATH"), reveal(settings));
    Files.writeString(dir.resolve("pw"), "hush\n");
    settings = read("url: tcp://localhost", "password_file: pw");
    assertEquals("hush", reveal(settings));
    Files.writeString(dir.resolve("pw"), "changed\r\n");
    assertEquals("changed", reveal(settings));
  }

  @Test
  void theMarkBeforeThePasswordIsNoPartOfIt() throws IOException {
    Files.writeString(dir.resolve("pw"), "\uFEFFhush\r\nmore");
    assertEquals("hush", reveal(read("url: tcp://localhost", "password_file: pw")));
    assertEquals(List.of(), faults());
  }

  @Test
  void aPasswordFileWithoutAPasswordIsAFault() throws IOException {
    List<String> wanted = new ArrayList<>();
    for (String nothing : new String[] {"", "\n", "\r\n", "\uFEFF", "\uFEFF\nsecond line"}) {
      String name = "pw" + wanted.size();
      Files.writeString(dir.resolve(name), nothing);
      read("url: tcp://localhost", "password_file: " + name);
      wanted.add("u.yaml:3:16: password_file: read " + name
          + ": its first line is empty; want the password there");
    }
    assertEquals(wanted, faults());
  }

  @Test
  void aPasswordFileOfUtf16IsAFault() throws IOException {
    Files.write(dir.resolve("pw"), "\uFEFFhush".getBytes(StandardCharsets.UTF_16LE));
    read("url: tcp://localhost", "password_file: pw");
    assertEquals(
        List.of("u.yaml:3:16: password_file: read pw: it is text of UTF-16; want UTF-8"), faults());
  }

  @Test
  void aPasswordFileThatIsEmptiedLaterIsSaidAtTheConnect() throws IOException {
    Files.writeString(dir.resolve("pw"), "hush");
    MqttSettings settings = read("url: tcp://localhost", "password_file: pw");
    Files.writeString(dir.resolve("pw"), "");
    IOException empty = assertThrows(IOException.class, () -> reveal(settings));
    assertTrue(String.valueOf(empty.getMessage()).contains("its first line is empty"));
  }

  @Test
  void aPasswordFileThatIsNotThereIsAFault() throws IOException {
    read("url: tcp://localhost", "password_file: nowhere");
    assertEquals(List.of("u.yaml:3:16: password_file: no such file: nowhere"), faults());
  }

  @Test
  void keysThatCannotBeReadAreFaultsAtTheirPlace() throws IOException {
    Files.writeString(dir.resolve("empty.pem"), "nothing\n");
    read(
        "url: ssl://broker.example",
        "tls:",
        "  ca: empty.pem",
        "  cert: nowhere.pem",
        "  key: empty.pem",
        "  kee: x");
    List<String> found = faults();
    assertEquals(3, found.size(), found::toString);
    assertTrue(found.contains("u.yaml:5:9: tls.cert: no such file: nowhere.pem"), found::toString);
    assertTrue(
        found.stream()
            .anyMatch(fault -> fault.startsWith("u.yaml:4:7: tls.ca: empty.pem: ")
                && fault.endsWith("; want roots as PEM or PKCS#12")),
        found::toString);
    assertTrue(
        found.stream().anyMatch(fault -> fault.contains("did you mean 'key'")), found::toString);
  }

  @Test
  void keysForABrokerWithoutTlsAreAFault() throws IOException {
    read("url: tcp://localhost", "tls: {}");
    assertEquals(1, faults().size());
  }

  @Test
  void valuesOutOfTheirRangeAndUnknownKeysAreFaults() throws IOException {
    read(
        "url: tcp://localhost",
        "keep_alive: 1s",
        "window: 0",
        "qos: 2",
        "client_id: ''",
        "windw: 3");
    assertEquals(5, faults().size(), faults()::toString);
  }

  @Test
  void clientIdsOfTwoRoutesAreNeverTheSame() throws Exception {
    MqttSettings settings = read("url: tcp://localhost");
    Set<String> ids = new HashSet<>();
    for (Origin origin : List.of(
        new Origin(new DeviceName("f", "a-b"), "c", true),
        new Origin(new DeviceName("f", "a"), "b-c", true),
        new Origin(new DeviceName("f-a", "b"), "c", true),
        new Origin(new DeviceName("f", "a"), "command", true))) {
      assertTrue(ids.add(settings.clientId(origin)), ids::toString);
    }
    assertTrue(ids.contains("caravan-f/a/b-c"), ids::toString);
    assertEquals(
        "own",
        read("url: tcp://localhost", "client_id: own")
            .clientId(new Origin(new DeviceName("f", "a"), "c", true)));
  }

  @Test
  void wordsInAClientIdStandForNames() throws Exception {
    assertEquals(
        "Ü:north:d:c",
        read("url: tcp://localhost", "client_id: 'Ü:FLEET:DEVICE:ROUTE'")
            .clientId(new Origin(new DeviceName("north", "d"), "c", true)));
  }

  @Test
  void proxiesAndNamesOfBrokersAreRead() throws Exception {
    Broker broker = read(
            "url: wss://broker.example",
            "proxy: http://a%40b@proxy_1:3128",
            "tls: {sni: other.example}")
        .brokers()
        .get(0);
    assertEquals(Optional.of("other.example"), broker.sni());
    assertEquals("proxy_1", broker.address().getHostString());
    assertEquals(3128, broker.address().getPort());
    assertEquals(Optional.of("a@b"), broker.proxy().orElseThrow().user());
    InetAddress loopback = InetAddress.getAllByName("::1")[0];
    assertEquals(
        new InetSocketAddress(loopback, 80),
        read("url: ssl://broker.example", "proxy: 'http://[::1]:80/'")
            .brokers()
            .get(0)
            .address());
    assertEquals(
        new InetSocketAddress(loopback, 8883),
        read("url: 'ssl://[::1]'").brokers().get(0).address());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "proxy: http://proxy.example | proxy: want http://[USER@]HOST:PORT",
        "proxy: https://proxy.example:1 | proxy: want http://",
        "proxy: http://proxy.example:70000 | proxy: want http://",
        "proxy: http://user:hush@proxy.example:1 | with the password in proxy_password_file, got 'http://…@",
        "proxy_password_file: u.yaml | proxy: want the user of the password in it",
        "proxy: {} | proxy: want a text",
        "retain: yes | retain: ",
        "will: maybe | will: ",
        "properties: {a: ''} | properties.a: want",
        "properties: {fleet: x} | properties.fleet: want a name",
        "properties: [a] | properties: want a mapping",
        "content_type: '' | content_type: want 1..1000 characters",
        "tls: {sni: 10.0.0.1} | tls.sni: want a host name",
        "tls: {sni: 'a b'} | tls.sni: want a host name"
      })
  void whatABrokerCannotWantIsAFault(String line, String wanted) throws Exception {
    read("url: ssl://broker.example", line);
    assertTrue(faults().stream().anyMatch(each -> each.contains(wanted)), faults()::toString);
    assertTrue(faults().stream().noneMatch(each -> each.contains("hush")), faults()::toString);
  }
}
