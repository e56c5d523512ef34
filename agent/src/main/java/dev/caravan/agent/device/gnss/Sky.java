package dev.caravan.agent.device.gnss;

import java.util.Random;

/** The satellites over the receiver, of four systems, and how well each is heard. One thread. */
final class Sky {
  /** A system: its talker in GSV, its number in GSA, the signal, and its satellites: number, elevation, azimuth. */
  enum Constellation {
    GPS("GP", 1, 1, new int[][] {
      {5, 62, 40}, {13, 48, 120}, {15, 35, 205}, {18, 22, 300}, {24, 71, 260}
    }),
    GLONASS("GL", 2, 1, new int[][] {{66, 30, 80}, {73, 55, 10}, {82, 41, 230}}),
    GALILEO("GA", 3, 7, new int[][] {{3, 58, 310}, {15, 27, 150}, {27, 44, 60}}),
    BEIDOU("GB", 4, 1, new int[][] {{6, 66, 190}, {9, 51, 170}, {16, 38, 95}, {33, 19, 280}});

    final String talker;
    final int system;
    final int signal;

    @SuppressWarnings("ImmutableEnumChecker") // written nowhere
    private final int[][] satellites;

    Constellation(String talker, int system, int signal, int[][] satellites) {
      this.talker = talker;
      this.system = system;
      this.signal = signal;
      this.satellites = satellites;
    }
  }

  private static final double DEGREES_PER_NS = 360 / (12 * 3600e9);

  private final Random random;

  Sky(Random random) {
    this.random = random;
  }

  static int count(Constellation one) {
    return one.satellites.length;
  }

  static int id(Constellation one, int satellite) {
    return one.satellites[satellite][0];
  }

  /** The address and fields of all GSV sentences of a system. */
  String[] inView(Constellation one, long timeNs, boolean reception) {
    int count = reception ? one.satellites.length : 0;
    int sentences = Math.max(1, (count + 3) / 4);
    String[] all = new String[sentences];
    for (int i = 0; i < sentences; i++) {
      StringBuilder text = new StringBuilder(72)
          .append(one.talker)
          .append("GSV,")
          .append(sentences)
          .append(',')
          .append(i + 1)
          .append(',');
      Digits.fixed(text, count, 2, 0);
      for (int s = 4 * i; s < Math.min(count, 4 * i + 4); s++) {
        satellite(text, one.satellites[s], timeNs);
      }
      all[i] = text.append(',').append(one.signal).toString();
    }
    return all;
  }

  private void satellite(StringBuilder text, int[] satellite, long timeNs) {
    int azimuth = (int) Math.round(satellite[2] + timeNs * DEGREES_PER_NS) % 360;
    Digits.fixed(text.append(','), satellite[0], 2, 0);
    Digits.fixed(text.append(','), satellite[1], 2, 0);
    Digits.fixed(text.append(','), azimuth, 3, 0);
    Digits.fixed(text.append(','), 25 + satellite[1] / 4 + random.nextInt(4), 2, 0);
  }
}
