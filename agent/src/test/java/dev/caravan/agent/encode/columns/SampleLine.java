package dev.caravan.agent.encode.columns;

import dev.caravan.agent.wire.BatchEnvelope;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.ReadBatch;
import dev.caravan.agent.wire.WireNumbers;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A sample as the line that the second decoder prints: {@code proto/readers/caravan.py}. */
final class SampleLine {
  private SampleLine() {}

  static List<String> lines(ReadBatch batch) {
    List<String> lines = new ArrayList<>();
    batch.samples().forEachRemaining(sample -> lines.add(line(sample)));
    return lines;
  }

  /** What the second decoder prints of the batch itself. */
  static String head(ReadBatch batch) {
    BatchEnvelope outside = batch.envelope();
    String ledger = batch
        .ledger()
        .map(counts -> List.of(
                counts.framesReceived(),
                counts.framesOverrun(),
                counts.framesMalformed(),
                counts.framesDropped(),
                counts.framesUnknown(),
                counts.samplesDecoded(),
                counts.samplesWithheld(),
                counts.samplesSent(),
                counts.samplesEvicted(),
                counts.batchesEvicted(),
                counts.samplesRejected(),
                counts.batchesRejected())
            .toString()
            .replace(" ", ""))
        .orElse("null");
    return "{\"batch\":" + Long.toUnsignedString(outside.sequence()) + ",\"late\":"
        + outside.isLate() + ",\"part\":" + outside.part() + ",\"parts\":" + outside.parts()
        + ",\"stream\":\"" + outside.stream() + "\",\"boot\":\"" + batch.bootId()
        + "\",\"boots\":" + batch.bootCount() + ",\"base\":" + batch.baseTimeUs()
        + ",\"monotonic\":" + batch.monotonicUs() + ",\"origin\":"
        + WireNumbers.of(batch.timeOrigin()).getNumber() + ",\"error\":" + batch.timeErrorUs()
        + ",\"ledger\":" + ledger + "}";
  }

  private static String line(BatchSample sample) {
    String head =
        "{\"t\":" + sample.timeUs() + ",\"signal\":\"" + escaped(sample.signal().path())
            + "\",\"quality\":" + WireNumbers.of(sample.quality()) + ",";
    return head
        + switch (sample.signal().kind()) {
          case TEXT -> "\"text\":\"" + escaped(sample.text()) + "\"}";
          case BYTES -> "\"bytes\":\"" + sample.bytes() + "\"}";
          case FLOAT, DOUBLE ->
            "\"bits\":\"" + hex(sample.rawBits()) + "\",\"value\":\"" + bits(sample) + "\"}";
          case UNSIGNED ->
            "\"raw\":" + Long.toUnsignedString(sample.rawBits()) + ",\"value\":\"" + bits(sample)
                + "\"}";
          default -> "\"raw\":" + sample.rawBits() + ",\"value\":\"" + bits(sample) + "\"}";
        };
  }

  private static String bits(BatchSample sample) {
    double value = sample.signal().scale().physical(sample.rawBits());
    return Double.isNaN(value) ? "nan" : hex(Double.doubleToRawLongBits(value));
  }

  private static String hex(long bits) {
    return HexFormat.of().toHexDigits(bits);
  }

  /** A text as JSON of ASCII has it. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> escaped.append("\\\"");
        case '\\' -> escaped.append("\\\\");
        case '\n' -> escaped.append("\\n");
        case '\r' -> escaped.append("\\r");
        case '\t' -> escaped.append("\\t");
        case '\b' -> escaped.append("\\b");
        case '\f' -> escaped.append("\\f");
        default -> {
          if (c >= 0x20 && c < 0x7F) {
            escaped.append(c);
          } else {
            escaped.append("\\u").append(HexFormat.of().toHexDigits(c));
          }
        }
      }
    }
    return escaped.toString();
  }
}
