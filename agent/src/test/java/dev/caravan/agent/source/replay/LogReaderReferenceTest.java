package dev.caravan.agent.source.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Json;
import dev.caravan.agent.ReferenceData;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.CanFrame;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Logs of other programs, against what python-can and cantools read from them. */
class LogReaderReferenceTest {
  private static Verdict read(String line, CanFrame into) throws IOException {
    try (LogReader reader =
        LogReader.of(new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)))) {
      return reader.next(into);
    }
  }

  @Test
  void singleLinesAreReadAsByCantools() throws IOException {
    Path vectors = ReferenceData.require("canlogs/expected/logline_vectors.jsonl");
    int frames = 0;
    for (String vector : Files.readAllLines(vectors)) {
      Map<?, ?> json = Json.object(vector);
      String line = (String) Objects.requireNonNull(json.get("line"));
      CanFrame frame = new CanFrame();
      Verdict verdict = read(line, frame);
      if (json.get("frame") == null) {
        // cantools leaves error messages out
        assertTrue(verdict != Verdict.FRAME || frame.is(CanFrame.ERROR), line);
        continue;
      }
      frames++;
      Map<?, ?> wanted = Json.object(json.get("frame"));
      assertEquals(Verdict.FRAME, verdict, line);
      assertEquals(wanted.get("id"), (Object) (long) frame.id(), line);
      assertEquals(wanted.get("ext"), frame.is(CanFrame.EXTENDED), line);
      assertEquals(wanted.get("rtr"), frame.is(CanFrame.REMOTE), line);
      assertEquals(Bytes.ofHex(String.valueOf(wanted.get("data"))), frame.payload(), line);
      double seconds = wanted.get("ts") instanceof Number ts ? ts.doubleValue() : 0;
      assertEquals(Math.round(seconds * 1e6), frame.timeNs() / 1000, line);
      String channel = String.valueOf(wanted.get("ch"));
      // cantools makes a name of the number of a trace's bus
      assertEquals(channel.replaceFirst("^pcan(x|(\\d))$", "$2"), frame.channel(), line);
    }
    assertEquals(86, frames);
  }

  @Test
  void frameFormsOfCanUtilsAreRead() throws IOException {
    Path forms = ReferenceData.require("canlogs/expected/canutils_frame_forms.jsonl");
    for (String form : Files.readAllLines(forms)) {
      Map<?, ?> json = Json.object(form);
      String text = (String) Objects.requireNonNull(json.get("text"));
      for (String line : List.of(text, "(1.5) can0 " + text)) {
        CanFrame frame = new CanFrame();
        assertEquals(Verdict.FRAME, read(line, frame), line);
        boolean isError = json.get("errorFlagBit") != null;
        assertEquals(isError, frame.is(CanFrame.ERROR), line);
        assertEquals(json.get("id"), isError ? null : (Object) (long) frame.id(), line);
        assertEquals(json.get("ext"), frame.is(CanFrame.EXTENDED) || isError, line);
        assertEquals(isTrue(json, "rtr"), frame.is(CanFrame.REMOTE), line);
        assertEquals(isTrue(json, "fd"), frame.is(CanFrame.FD), line);
        assertEquals(isTrue(json, "brs"), frame.is(CanFrame.BIT_RATE_SWITCH), line);
        assertEquals(isTrue(json, "esi"), frame.is(CanFrame.ERROR_STATE), line);
        assertEquals(Bytes.ofHex(String.valueOf(json.get("data"))), frame.payload(), line);
        if (json.get("dlc") instanceof Number dlc) {
          assertEquals(dlc.intValue(), frame.length(), line);
        }
      }
    }
  }

  private static boolean isTrue(Map<?, ?> json, String key) {
    return Boolean.TRUE.equals(json.get(key));
  }

  /** Id and payload of each frame. */
  private static List<String> content(Path log) throws IOException {
    List<String> content = new ArrayList<>();
    try (LogReader reader = LogReader.open(log)) {
      CanFrame frame = new CanFrame();
      for (Verdict verdict = reader.next(frame);
          verdict != Verdict.END;
          verdict = reader.next(frame)) {
        if (verdict == Verdict.FRAME) {
          content.add(frame.toString());
        }
      }
      assertEquals(0, reader.malformed(), log.toString());
    }
    return content;
  }

  @Test
  void captureIsReadAsByPythonCan() throws IOException {
    Path log = ReferenceData.require("canlogs/savvycan/candump.log");
    Path wanted = ReferenceData.require("canlogs/expected/savvycan__candump.log.frames.jsonl");
    List<String> read = ReadLog.file(log);
    List<String> vectors = Files.readAllLines(wanted);
    assertFalse(vectors.isEmpty());
    for (int i = 0; i < vectors.size(); i++) {
      Map<?, ?> json = Json.object(vectors.get(i));
      long ns = Math.round(((Number) Objects.requireNonNull(json.get("t"))).doubleValue() * 1e9);
      String frame = String.format(
          "%d.%09d %s %03X#%s",
          ns / 1_000_000_000,
          ns % 1_000_000_000,
          json.get("ch"),
          (Long) json.get("id"),
          json.get("data"));
      assertEquals(frame, read.get(i));
    }
    assertEquals(12_974, read.size());
  }

  @Test
  void oneCaptureInSixFormsHasTheSameFrames() throws IOException {
    List<String> wanted = content(ReferenceData.require("canlogs/savvycan/candump.log"));
    for (String name : List.of(
        "BusMasterLog.log",
        "CRTD_Log.txt",
        "GVRET_Log.csv",
        "GenericID_Log.csv",
        "MicrochipLog.log")) {
      assertEquals(wanted, content(ReferenceData.require("canlogs/savvycan/" + name)), name);
    }
  }

  @Test
  void truckLogsAreRead() throws IOException {
    Map<String, Integer> frames = new HashMap<>();
    for (String name : List.of(
        "candump.log",
        "test_dm1.log",
        "test_mfr_spec.log",
        "test_priority.log",
        "test_tp_frames.txt",
        "test_unknown_real.log")) {
      frames.put(name, content(ReferenceData.require("canlogs/j1939/" + name)).size());
    }
    assertEquals(
        Map.of(
            "candump.log", 3,
            "test_dm1.log", 2,
            "test_mfr_spec.log", 1,
            "test_priority.log", 3,
            "test_tp_frames.txt", 3,
            "test_unknown_real.log", 1),
        frames);
  }
}
