package dev.caravan.agent.source.nmea;

import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.NmeaSentence;
import java.util.ArrayList;
import java.util.List;

/** The sentences of a recorded log, for tests of other rooms. */
public final class NmeaLog {
  private NmeaLog() {}

  /** Reads all sentences; each comes in 50 ms after the one before, which is what a receiver at 9600 bit/s takes. */
  public static List<NmeaSentence> sentences(byte[] bytes, long startNs) {
    List<NmeaSentence> all = new ArrayList<>();
    NmeaParser parser = new NmeaParser(true, new NmeaParser.Notices() {
      @Override
      public void malformed(String why) {}

      @Override
      public void passedOver(int count) {}
    });
    FrameChunk one = new FrameChunk("log", 1);
    int at = 0;
    while (at < bytes.length) {
      one.clear();
      at = parser.parse(bytes, at, bytes.length, 0, one);
      if (one.size() > 0) {
        String text = ((NmeaSentence) one.frame(0)).text();
        all.add(new NmeaSentence(startNs + all.size() * 50_000_000L, text));
      }
    }
    return all;
  }
}
