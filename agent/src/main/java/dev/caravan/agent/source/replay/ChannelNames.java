package dev.caravan.agent.source.replay;

import java.nio.charset.StandardCharsets;

/**
 * The names of the buses of one log, one text for each, so that a frame's channel costs no new object. Beyond {@value
 * #MOST} names every further one is made anew. One thread uses it.
 */
final class ChannelNames {
  private static final int MOST = 64;

  private final byte[][] known = new byte[MOST][];
  private final String[] names = new String[MOST];
  private int size;

  // the one found last, which is mostly the one wanted next
  private int last;

  /** The name that these bytes spell. */
  String name(byte[] bytes, int from, int to) {
    if (last < size && isSame(known[last], bytes, from, to)) {
      return names[last];
    }
    for (int i = 0; i < size; i++) {
      if (isSame(known[i], bytes, from, to)) {
        last = i;
        return names[i];
      }
    }
    String name = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    if (size < MOST) {
      known[size] = java.util.Arrays.copyOfRange(bytes, from, to);
      names[size++] = name;
    }
    return name;
  }

  private static boolean isSame(byte[] name, byte[] bytes, int from, int to) {
    if (name.length != to - from) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (name[i] != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }
}
