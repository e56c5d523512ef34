package dev.caravan.agent.encode.columns;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;
import org.xerial.snappy.Snappy;

/** The usual codecs of the peers. */
enum Packed {
  NONE,
  GZIP,
  SNAPPY;

  int size(byte[] content, int length) {
    try {
      return switch (this) {
        case NONE -> length;
        case GZIP -> {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content, 0, length);
          }
          yield out.size();
        }
        case SNAPPY -> Snappy.rawCompress(content, length).length;
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String suffix() {
    return this == NONE ? "" : this == GZIP ? " + gzip" : " + snappy";
  }
}
