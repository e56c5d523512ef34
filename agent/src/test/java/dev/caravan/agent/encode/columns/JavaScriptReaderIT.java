package dev.caravan.agent.encode.columns;

import java.nio.file.Path;
import java.util.List;
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

  JavaScriptReaderIT(@TempDir Path folder) {
    super(
        List.of("node", READERS.resolve("caravan.js").toString()),
        "skipped: node is not installed; it is in the Debian package nodejs",
        List.of("node", "-e", ANSWERS),
        folder);
  }
}
