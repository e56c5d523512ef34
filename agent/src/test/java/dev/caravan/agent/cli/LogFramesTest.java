package dev.caravan.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogFramesTest {
  private static InputStream lines(int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append(String.format("(%d.000000) can0 123#%04X%n", i, i));
    }
    return new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private static List<String> read(LogFrames frames, List<String> into) throws IOException {
    for (LogFrames.Some some = frames.next(); some != null; some = frames.next()) {
      for (int i = 0; i < some.size(); i++) {
        into.add(some.frame(i).toString());
      }
    }
    return into;
  }

  private static List<String> wanted(int count) {
    List<String> wanted = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      wanted.add(String.format("123#%04x", i));
    }
    return wanted;
  }

  private static List<String> lowerCase(List<String> frames) {
    return frames.stream()
        .map(frame -> frame.toLowerCase(java.util.Locale.ROOT))
        .toList();
  }

  /** Gives out a few bytes at a time, which begin and end anywhere. */
  private static InputStream slow(InputStream in) {
    return new java.io.FilterInputStream(in) {
      @Override
      public int read(byte[] to, int from, int length) throws IOException {
        return super.read(to, from, Math.min(length, 101));
      }
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void framesComeInTheOrderOfTheLog(boolean isAhead) throws IOException {
    try (LogFrames frames = LogFrames.of(slow(lines(0, 5000)), isAhead, () -> {})) {
      assertEquals(wanted(5000), lowerCase(read(frames, new ArrayList<>())));
      assertEquals(5000, frames.reader().lineNumber());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatGoesWrongComesBehindTheFramesBeforeIt(boolean isAhead) throws IOException {
    InputStream broken = new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException("unplugged");
      }

      @Override
      public int read(byte[] to, int from, int length) throws IOException {
        throw new IOException("unplugged");
      }
    };
    List<String> found = new ArrayList<>();
    try (LogFrames frames =
        LogFrames.of(new SequenceInputStream(lines(0, 1000), broken), isAhead, () -> {})) {
      assertEquals(
          "unplugged",
          assertThrows(IOException.class, () -> read(frames, found)).getMessage());
    }
    assertEquals(wanted(1000), lowerCase(found));
  }

  /** The stream gives its second line only when the first was asked to be shown. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWasReadIsGivenOutBeforeMoreIsWaitedFor(boolean isAhead) throws Exception {
    AtomicBoolean isShown = new AtomicBoolean();
    List<String> found = new ArrayList<>();
    InputStream waits = new InputStream() {
      private final InputStream second = lines(1, 2);

      @Override
      public int read() throws IOException {
        return second.read();
      }

      @Override
      public int read(byte[] to, int from, int length) throws IOException {
        while (!isShown.get()) {
          Thread.onSpinWait();
        }
        return second.read(to, from, length);
      }
    };
    try (LogFrames frames = LogFrames.of(
        new SequenceInputStream(lines(0, 1), waits),
        isAhead,
        () -> isShown.set(!found.isEmpty()))) {
      assertFalse(isShown.get());
      assertEquals(wanted(2), lowerCase(read(frames, found)));
    }
  }
}
