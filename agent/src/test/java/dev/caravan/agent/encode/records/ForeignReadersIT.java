package dev.caravan.agent.encode.records;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.caravan.agent.Program;
import dev.caravan.agent.bytes.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tools that know the description alone read the same values, from the file of it and from the set of descriptors. */
class ForeignReadersIT {
  private static final Path PROTO = Path.of(System.getProperty("caravan.root", ".."), "proto");
  private static final Path GOLDEN = PROTO.resolve("src/test/resources/golden/v1");
  private static final String PYTHON = "/usr/bin/python3";
  private static final Path PYTHON_PROTOBUF =
      Path.of("/usr/lib/python3/dist-packages/google/protobuf");

  /** Prints each record on a line: a number as its bits. */
  private static final String SCRIPT = """
      import struct, sys
      from caravan.v1 import records_pb2
      records = records_pb2.Records.FromString(open(sys.argv[1], 'rb').read())
      for r in records.records:
          kind = r.WhichOneof('value')
          value = getattr(r, kind) if kind else None
          if kind == 'number':
              value = struct.pack('>d', value).hex()
          if kind == 'block':
              value = value.hex()
          print(r.path, r.time_us, kind, ascii(value), r.Quality.Name(r.quality), r.unit,
                ascii(r.label) if r.HasField('label') else '')
      """;

  private final Path folder;
  private final Path message;

  ForeignReadersIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    String hex = Files.readString(GOLDEN.resolve("records.hex"), StandardCharsets.US_ASCII);
    this.message = Files.write(
        folder.resolve("message"), Bytes.ofHex(hex.replaceAll("\\s", "")).toArray());
  }

  private List<String> run(ProcessBuilder program) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Process process =
        program.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(out);
    assertEquals(0, process.exitValue(), () -> String.join("\n", lines));
    return lines;
  }

  private static String protoc() {
    return Program.require("protoc", "protobuf-compiler");
  }

  private static String sources() {
    return "-I" + PROTO.resolve("src/main/proto");
  }

  @Test
  void protocReadsRecords() throws Exception {
    List<String> wanted = Files.readAllLines(GOLDEN.resolve("records.txt"));
    ProcessBuilder byFile = new ProcessBuilder(
        protoc(), sources(), "--decode=caravan.v1.Records", "caravan/v1/records.proto");
    assertEquals(wanted, run(byFile.redirectInput(message.toFile())));
    ProcessBuilder bySet = new ProcessBuilder(
        protoc(),
        "--descriptor_set_in=" + PROTO.resolve("records.desc"),
        "--decode=caravan.v1.Records",
        "caravan/v1/records.proto");
    assertEquals(wanted, run(bySet.redirectInput(message.toFile())));
  }

  @Test
  void pythonReadsRecords() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of(PYTHON)) && Files.isDirectory(PYTHON_PROTOBUF),
        "skipped: google.protobuf is not installed (Debian package python3-protobuf)");
    run(new ProcessBuilder(
        protoc(), sources(), "--python_out=" + folder, "caravan/v1/records.proto"));
    Path script = Files.writeString(folder.resolve("read.py"), SCRIPT);
    assertEquals(
        List.of(
            "can0.Engine.Speed 1764000000000002 number '404f333333333334' QUALITY_OK km/h ",
            "can0.Engine.Speed 1764000000000002 number '0000000000000000' QUALITY_OK km/h ",
            "can0.Engine.Gear 1764000000000002 integer -1 QUALITY_OUT_OF_RANGE  'R\\xfcck \"1\"'",
            "can0.Engine.Gear 1764000000000002 integer 0 QUALITY_OK  ",
            "can0.Engine.Odo 1764000000000002 integer 9007199254740993 QUALITY_OK m ",
            "can0.Engine.Odo 1764000000000002 integer 9223372036854775807 QUALITY_OK m ",
            "can0.Engine.Odo 1764000000000002 large '9223372036854775808' QUALITY_OK m ",
            "can0.Engine.Odo 1764000000000002 large '18446744073709551615' QUALITY_OK m ",
            "can0.Engine.Wide 1764000000000002 integer 9223372036854775005 QUALITY_OK  ",
            "can0.Engine.Wide 1764000000000002 large '-9223372036854775807995' QUALITY_OK  ",
            "can0.Engine.Ratio 1764000000100000 number '3fb999999999999a' QUALITY_OK  ",
            "can0.Engine.Ratio 1764000000100000 number '0000000000000000' QUALITY_OK  ",
            "can0.Engine.Ratio 1764000000100000 number '7ff8000000000000' QUALITY_OK  ",
            "can0.Engine.Ratio 1764000000100000 number '7ff0000000000000' QUALITY_OK  ",
            "can0.Engine.Ratio 1764000000100000 number 'fff0000000000000' QUALITY_OK  ",
            "can0.Engine.Ratio 1764000000100000 number '0000000000000001' QUALITY_OK  ",
            "can0.Engine.Ratio 1764000000100000 number '4340000000000001' QUALITY_OK  ",
            "can0.Engine.Note 1764000000200000 text 'a\"\\\\\\n\\x00\\U0001f600\\u202e' QUALITY_OK  ",
            "can0.Engine.Note 1764000000200000 text '' QUALITY_OK  ",
            "can0.Engine.Raw 1764000000200000 block '00ff1a' QUALITY_OK  ",
            "can0.Engine.Raw 1764000000200000 block '' QUALITY_OK  ",
            "can0.Engine.Door 1764000000200000 flag True QUALITY_OK  ",
            "can0.Engine.Door 1764000000200000 flag False QUALITY_OK  ",
            "can0.Engine.Door 1764000000300000 None None QUALITY_NOT_AVAILABLE  ",
            "can0.Engine.Gear 1764000000300000 None None QUALITY_ERROR  ",
            "can0.Engine.Gear 1764000000300000 None None QUALITY_STALE  ",
            "can0.Engine.Gear 1764000000300000 integer -1 QUALITY_SUBSTITUTED  'R\\xfcck \"1\"'",
            "can0.Engine.Gear 1764000000300000 None None QUALITY_UNDECODABLE  "),
        run(new ProcessBuilder(PYTHON, script.toString(), message.toString())));
  }
}
