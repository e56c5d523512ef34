package dev.caravan.agent.shape.privacy;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import java.util.List;

/** Texts and blocks under their pseudonyms; a number, which has no room for one, is left out. */
record HashCover(List<Pseudonym> pseudonyms) implements Cover {
  @Override
  public void give(SampleGroup from, int index, SampleGroup to) {
    Signal signal = from.signal(index);
    Quality quality = from.quality(index);
    if (!quality.hasValue()) {
      to.addNone(signal, quality);
    } else if (signal.kind() == Kind.TEXT) {
      String text = from.text(index);
      for (Pseudonym pseudonym : pseudonyms) {
        text = pseudonym.of(text);
      }
      to.addText(signal, quality, text);
    } else if (signal.kind() == Kind.BYTES) {
      Bytes block = from.bytes(index);
      for (Pseudonym pseudonym : pseudonyms) {
        block = pseudonym.of(block);
      }
      to.addBytes(signal, quality, block);
    }
  }
}
