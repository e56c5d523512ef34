package dev.caravan.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What becomes of good bytes on a bad way, for a fuzz test to be run some thousand times in every build: bits flip, bytes change,
 * a piece is lost, comes twice, or comes from another one. Equal seeds give equal bytes.
 */
public final class Hostile {
  private static final long SEED = 20_261_130;

  /** What any bytes may be given to. */
  public interface Target {
    /** Takes them, and fails if what must hold does not. */
    void take(byte[] data) throws Exception;
  }

  private Hostile() {}

  /** The seeds that a fuzz test keeps for its method, as Jazzer finds them. */
  public static List<byte[]> seeds(Class<?> test, String method) {
    Path folder = Path.of(
        System.getProperty("caravan.root", ".."),
        "agent/src/test/resources",
        test.getName().replace('.', '/') + "Inputs",
        method);
    try (Stream<Path> files = Files.list(folder)) {
      List<byte[]> seeds = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        seeds.add(Files.readAllBytes(file));
      }
      return seeds;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives a target each seed as it is, and so many that went wrong. */
  public static void each(List<byte[]> seeds, int times, Target target) throws Exception {
    Random random = new Random(SEED);
    for (byte[] seed : seeds) {
      take(seed, target);
    }
    for (int i = 0; i < times; i++) {
      byte[] bytes = seeds.get(random.nextInt(seeds.size()));
      for (int change = random.nextInt(4); change >= 0; change--) {
        bytes = changed(bytes, seeds, random);
      }
      take(bytes, target);
    }
  }

  private static void take(byte[] bytes, Target target) throws Exception {
    try {
      target.take(bytes.clone());
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      throw new AssertionError("of " + shown(bytes), e);
    }
  }

  /** As a Java literal would have it. */
  private static String shown(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte each : bytes) {
      boolean isPlain = each >= ' ' && each < 0x7F && each != '\\';
      text.append(isPlain ? "" + (char) each : String.format("\\x%02x", each));
    }
    return text.toString();
  }

  private static byte[] changed(byte[] from, List<byte[]> seeds, Random random) {
    byte[] bytes = from.clone();
    int at = random.nextInt(bytes.length + 1);
    int to = at + random.nextInt(Math.min(bytes.length - at, 32) + 1);
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    switch (random.nextInt(6)) {
      case 0 -> bytes[at % bytes.length] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at % bytes.length] = (byte) random.nextInt();
      case 2 -> bytes = Arrays.copyOf(bytes, at);
      case 3 -> bytes = joined(bytes, at, new byte[0], to);
      case 4 -> bytes = joined(bytes, at, Arrays.copyOfRange(bytes, at, to), at);
      default -> {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        int begin = random.nextInt(other.length + 1);
        int end = Math.min(other.length, begin + random.nextInt(64));
        bytes = joined(bytes, at, Arrays.copyOfRange(other, begin, end), to);
      }
    }
    return bytes;
  }

  /** The bytes up to a place, others, and the bytes from another place on. */
  private static byte[] joined(byte[] bytes, int to, byte[] between, int from) {
    byte[] all = new byte[to + between.length + bytes.length - from];
    System.arraycopy(bytes, 0, all, 0, to);
    System.arraycopy(between, 0, all, to, between.length);
    System.arraycopy(bytes, from, all, to + between.length, bytes.length - from);
    return all;
  }
}
