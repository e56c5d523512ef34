package dev.caravan.agent.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSettingsTest {
  private final Path folder;
  private final Faults faults = new Faults();

  WebSettingsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private WebSettings read(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("agent.yaml"), yaml);
    return WebSettings.from(YamlFile.read(file, faults).at("web"));
  }

  @ParameterizedTest
  @CsvSource({
    "web: {listen: 127.0.0.1:8080},    127.0.0.1,  8080",
    "web: {listen: 127.0.0.1:0},       127.0.0.1,  0",
    "web: {listen: localhost:65535},   localhost,  65535",
    "web: {listen: '[::1]:8080'},      ::1,        8080",
    "web: {},                          127.0.0.1,  8080",
    "name: x,                          127.0.0.1,  8080",
  })
  void loopbackIsReadWithoutAWord(String yaml, String host, int port) throws IOException {
    assertEquals(new WebSettings(host, port), read(yaml));
    assertEquals(List.of(), faults.found());
    assertEquals(List.of(), faults.warnings());
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0:80,           0.0.0.0",
    "'[::]:80',            ::",
    "vehicle.example:8080, vehicle.example",
    "127.example:8080,     127.example",
  })
  void otherAddressesAreAWarning(String listen, String host) throws IOException {
    assertEquals(host, read("web: {listen: '" + listen + "'}").host());
    assertEquals(List.of(), faults.found());
    assertEquals(1, faults.warnings().size());
  }

  @ParameterizedTest
  @CsvSource({
    "8080",
    "localhost",
    "':8080'",
    "localhost:65536",
    "localhost:http",
    "'::1:8080'",
    "'a b:1'"
  })
  void anythingElseIsAFault(String listen) throws IOException {
    read("web: {listen: '" + listen + "'}");
    assertEquals(
        List.of("web.listen: want host:port such as 127.0.0.1:8080 or [::1]:8080, got '" + listen
            + "'"),
        faults.found().stream().map(Fault::what).toList());
  }

  @Test
  void unknownKeyIsAFault() throws IOException {
    read("web: {listne: 127.0.0.1:1}");
    assertEquals(
        List.of("web.listne: unknown key; did you mean 'listen'?"),
        faults.found().stream().map(Fault::what).toList());
  }

  @Test
  void furtherNamesAreReadInLowerCaseAndOthersRefused() throws IOException {
    assertEquals(
        List.of("cabinet7.local", "x"),
        read("web: {hosts: [Cabinet7.local, x]}").hosts());
    assertEquals(List.of(), faults.found());
    for (String bad : List.of("'a:80'", "'*.example'", "''", "'http://a'")) {
      int before = faults.found().size();
      read("web: {hosts: [" + bad + "]}");
      assertEquals(before + 1, faults.found().size(), bad);
    }
  }
}
