package dev.caravan.agent.source.elm327;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.caravan.agent.Json;
import dev.caravan.agent.ReferenceData;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lines and the messages that python-OBD reads from them. */
class ElmReferenceTest {
  /**
   * python-OBD puts consecutive frames in order, and looks at no checksum: those of two vectors are wrong. Here all three
   * are garbled, and so is a voltage, which is no reply.
   */
  private static final Map<String, List<String>> OTHERWISE = Map.of(
      "CAN11 VIN out of order", List.of("GARBLED"),
      "CAN11 lost frame", List.of("GARBLED"),
      "CAN11 voltage", List.of("GARBLED"),
      "J1850 PWM", List.of("GARBLED"),
      "KWP VIN", List.of("GARBLED", "GARBLED"));

  @Test
  void linesAreReadAsAnotherProgramReadsThem() throws Exception {
    var otherwise = new TreeSet<String>();
    int vectors = 0;
    for (String json : Files.readAllLines(ReferenceData.require("obd/elm_lines.jsonl"))) {
      Map<String, @Nullable Object> vector = Json.object(json);
      String name = String.valueOf(vector.get("name"));
      List<String> expected = new ArrayList<>();
      String request = "0100";
      for (@Nullable Object message : Json.array(vector.get("messages"))) {
        String data = String.valueOf(Json.object(message).get("data"));
        if (!data.isEmpty()) {
          expected.add("POSITIVE " + data);
          request = request(data);
        }
      }
      if (expected.isEmpty()) {
        request = name.contains("lost") ? "0902" : request;
        expected.add("SILENCE");
      }
      StringBuilder lines = new StringBuilder();
      for (@Nullable Object line : Json.array(vector.get("lines"))) {
        lines.append(line).append('/');
      }
      List<String> found = new ArrayList<>();
      // two units answer two requests in one vector
      for (String one : name.contains("interleaved") ? List.of("0902", "0904") : List.of(request)) {
        ReplyParserTest.parse(form(name), true, one, lines.toString()).stream()
            .map(reply -> reply.substring(reply.indexOf(' ') + 1))
            .filter(reply -> !name.contains("interleaved") || reply.startsWith("POSITIVE"))
            .forEach(found::add);
      }
      List<String> instead = OTHERWISE.get(name);
      if (instead != null) {
        otherwise.add(name);
      }
      assertEquals(instead == null ? expected : instead, found, name);
      vectors++;
    }
    assertEquals(19, vectors);
    assertEquals(OTHERWISE.keySet(), otherwise);
  }

  private static String request(String data) {
    String service = String.format("%02x", Integer.parseInt(data.substring(0, 2), 16) - 0x40);
    return service.equals("03") ? service : service + data.substring(2, 4);
  }

  private static Bus.Form form(String name) {
    Bus.Form form = name.startsWith("CAN11")
        ? Bus.Form.CAN_11
        : name.startsWith("CAN29")
            ? Bus.Form.CAN_29
            : name.startsWith("J1850") ? Bus.Form.J1850 : Bus.Form.SUM;
    assertNotNull(form);
    return form;
  }
}
