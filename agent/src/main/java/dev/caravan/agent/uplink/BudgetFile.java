package dev.caravan.agent.uplink;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.bytes.DurableFile;
import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was used of a budget, in a file of one line: {@code 1 HOUR BYTES DAY BYTES MONTH BYTES CRC}. The first number is the
 * version of the format; hours and days are numbered from 1970, months from the year 0, UTC, {@value #UNKNOWN} if not
 * known; CRC32C of all before it in hex.
 */
record BudgetFile(Path path) {
  static final long UNKNOWN = -1;

  private static final Logger LOG = LoggerFactory.getLogger(BudgetFile.class);
  private static final String VERSION = "1";

  /** How many bytes were used in the period of a number. */
  record Used(long number, long bytes) {}

  /** What the file says of so many periods; nothing if it is not there, or is damaged, which is logged. */
  List<Used> read(int periods) {
    List<Used> found = new ArrayList<>();
    if (Files.exists(path)) {
      try {
        String[] words = Files.readString(path).strip().split(" ", -1);
        int last = words.length - 1;
        String before = Arrays.stream(words, 0, last).collect(Collectors.joining(" "));
        if (last == 1 + 2 * periods
            && words[0].equals(VERSION)
            && words[last].equals(crc(before))) {
          for (int i = 1; i < last; i += 2) {
            found.add(new Used(Long.parseLong(words[i]), Long.parseLong(words[i + 1])));
          }
          return found;
        }
        LOG.warn("{}: damaged, what was used of the budget counts anew", path);
      } catch (IOException | NumberFormatException e) {
        LOG.warn("{}: cannot be read, what was used counts anew: {}", path, Words.reason(e));
      }
    }
    found.clear();
    for (int i = 0; i < periods; i++) {
      found.add(new Used(UNKNOWN, 0));
    }
    return found;
  }

  private static String crc(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    return Long.toHexString(crc.getValue());
  }

  /** Replaces the file; what it says is durable. */
  void write(List<Used> periods) throws IOException {
    StringBuilder text = new StringBuilder(VERSION);
    periods.forEach(
        period -> text.append(' ').append(period.number).append(' ').append(period.bytes));
    String sum = crc(text.toString());
    text.append(' ').append(sum).append('\n');
    DurableFile.replace(path, Bytes.owning(text.toString().getBytes(StandardCharsets.US_ASCII)));
  }
}
