package dev.caravan.agent.encode.columns;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class PythonReaderIT extends CopiedReaderContract {
  private static final String ANSWERS = """
      import hashlib, sys
      sys.path.insert(0, sys.argv[1])
      from caravan import FAILURES, lines
      for line in open(sys.argv[2]):
          schema, message = map(bytes.fromhex, line.split())
          try:
              found = list(lines(message, schema, False))
              print(len(found), hashlib.sha256("\\n".join(found).encode()).hexdigest())
          except FAILURES:
              print("refused")
      """;

  PythonReaderIT(@TempDir Path folder) {
    super(
        List.of("python3", READERS.resolve("caravan.py").toString()),
        "skipped: python3 is not installed; it is in the Debian package python3",
        List.of("python3", "-c", ANSWERS),
        folder);
  }
}
