package dev.caravan.agent.encode.columns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaScriptReaderIT extends CopiedReaderContract {
  private static final String ANSWERS = """
      const {createHash} = require("crypto"), {readFileSync} = require("fs");
      const {Malformed, lines} = require(process.argv[1] + "/caravan.js");
      (async () => {
        for (const line of readFileSync(process.argv[2], "latin1").trim().split("\\n")) {
          const [schema, message] = line.split(" ").map((hex) => new Uint8Array(Buffer.from(hex, "hex")));
          try {
            const found = [];
            for await (const each of lines(message, schema, false)) {
              found.push(each);
            }
            console.log(found.length, createHash("sha256").update(found.join("\\n")).digest("hex"));
          } catch (failure) {
            if (!(failure instanceof Malformed)) {
              throw failure;
            }
            console.log("refused");
          }
        }
      })();
      """;

  private static final String IN_A_BROWSER = """
      const {readFileSync} = require("fs"), {createContext, runInContext} = require("vm");
      new DecompressionStream("deflate-raw");
      const page = createContext({TextDecoder, DecompressionStream, Blob, Uint8Array, console});
      runInContext(readFileSync(process.argv[1] + "/caravan.js", "utf8"), page);
      const [schema, message] = process.argv.slice(2)
        .map((name) => new Uint8Array(Buffer.from(readFileSync(name, "latin1").trim(), "hex")));
      (async () => {
        for await (const line of page.caravan.lines(message, schema, false)) {
          console.log(line);
        }
        try {
          for await (const line of page.caravan.lines(message.subarray(0, -30), schema, false)) {}
        } catch (refused) {
          console.log(refused instanceof page.caravan.Malformed);
        }
      })();
      """;

  private final Path folder;

  JavaScriptReaderIT(@TempDir Path folder) {
    super(
        List.of("node", READERS.resolve("caravan.js").toString()),
        "skipped: node is not installed; it is in the Debian package nodejs",
        List.of("node", "-e", ANSWERS),
        folder);
    this.folder = folder;
  }

  @Test
  void readsWithNothingButWhatABrowserHas() throws IOException, InterruptedException {
    for (String name : List.of("compact-late", "joined-deflate", "event-stream")) {
      Path out = folder.resolve("page");
      Process node = new ProcessBuilder(
              "node",
              "-e",
              IN_A_BROWSER,
              READERS.toString(),
              GoldenBatches.FOLDER.resolve("schema-shared.hex").toAbsolutePath().toString(),
              GoldenBatches.FOLDER.resolve(name + ".hex").toAbsolutePath().toString())
          .redirectErrorStream(true)
          .redirectOutput(out.toFile())
          .start();
      int exit = node.waitFor();
      List<String> lines = Files.readAllLines(out);
      assumeTrue(
          lines.stream().noneMatch(line -> line.contains("ERR_INVALID_ARG_VALUE")),
          "skipped: this node has no DecompressionStream for deflate-raw, as browsers have");
      assertEquals(0, exit, lines.toString());
      List<String> wanted = new ArrayList<>(GoldenBatches.storedLines(name));
      wanted.add("true");
      assertEquals(wanted, lines);
    }
  }
}
