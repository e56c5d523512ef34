package dev.caravan.agent.encode.columns;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.WireBytes;
import dev.caravan.v1.BatchContent;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The texts and blocks of one batch, each once, known by its index. */
final class Contents {
  /** Tag and length of each, about. */
  private static final int HEAD_BYTES = 3;

  private final Map<String, Integer> texts = new HashMap<>();
  private final Map<Bytes, Integer> blocks = new HashMap<>();
  private final WireBytes textFields = new WireBytes();
  private final WireBytes blockFields = new WireBytes();
  private long estimateBytes;

  int index(String text) {
    Integer known = texts.get(text);
    if (known == null) {
      known = texts.size();
      texts.put(text, known);
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      textFields.bytesField(BatchContent.TEXTS_FIELD_NUMBER, utf8, utf8.length);
      estimateBytes += utf8.length + HEAD_BYTES;
    }
    return known;
  }

  int index(Bytes block) {
    Integer known = blocks.get(block);
    if (known == null) {
      known = blocks.size();
      blocks.put(block, known);
      blockFields.bytesField(BatchContent.BLOCKS_FIELD_NUMBER, block.toArray(), block.length());
      estimateBytes += block.length() + HEAD_BYTES;
    }
    return known;
  }

  /** About how many bytes they take before they are packed. */
  long estimateBytes() {
    return estimateBytes;
  }

  void writeTo(WireBytes out) {
    out.raw(textFields.array(), textFields.length());
    out.raw(blockFields.array(), blockFields.length());
  }

  void clear() {
    texts.clear();
    blocks.clear();
    textFields.clear();
    blockFields.clear();
    estimateBytes = 0;
  }
}
