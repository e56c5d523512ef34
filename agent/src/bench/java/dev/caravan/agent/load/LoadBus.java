package dev.caravan.agent.load;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.device.FrameOut;
import dev.caravan.agent.device.Pty;
import dev.caravan.agent.device.nev.VehicleModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/**
 * An slcan adapter without a buffer of its own, on a pty: what the port does not take within the millisecond is an overrun. Behind it is
 * the simulated car's bus, or another; every {@value #MARK_EVERY}th frame is a mark, whose number says when it was on the bus.
 */
final class LoadBus implements AutoCloseable, Runnable {
  static final int MARK_ID = 0x7F0;
  static final String DBC = "VERSION \"\"\n\nBU_: A\n\nBO_ 2032 Load: 8 A\n"
      + " SG_ Mark : 7|32@0+ (1,0) [0|4294967295] \"\" A\n";

  private static final int MARK_EVERY = 20;

  /** If this process was held up for longer, the bus has stood still meanwhile. */
  private static final long LATE_NS = 5_000_000;

  private static final int MOST_MARKS = 1 << 21;
  private static final String HEX = "0123456789ABCDEF";

  /** What is on the bus. */
  interface Model {
    /** Gives the frames up to a time since it began. */
    void runUntil(long untilNs, FrameOut out);
  }

  private final LongFunction<Model> models;
  private final Pty pty;
  private final Stop stop = new Stop();
  private final Thread thread = new Thread(this, "load-bus");
  private final ByteBuffer input = ByteBuffer.allocateDirect(1024);
  private final ByteBuffer output = ByteBuffer.allocateDirect(1 << 16);
  private final StringBuilder command = new StringBuilder();
  private final byte[] mark = new byte[8];

  /** Epoch microseconds at which each mark was on the bus. */
  private final long[] markUs = new long[MOST_MARKS];

  private final long originUs = epochUs();

  private final AtomicLong rate = new AtomicLong();
  private final AtomicLong frames = new AtomicLong();
  private final AtomicLong marks = new AtomicLong();
  private final AtomicLong overruns = new AtomicLong();

  // the thread's
  private boolean isOpen;
  private boolean hasStamps;
  private long modelRate;
  private long modelNs;
  private Model model = (untilNs, out) -> {};

  LoadBus() throws IOException {
    this(rate -> new VehicleModel(rate, 1)::runUntil);
  }

  /** One with what a model of a rate gives, of frames with 11-bit ids. */
  LoadBus(LongFunction<Model> models) throws IOException {
    this.models = models;
    pty = Pty.open();
    thread.start();
  }

  static long epochUs() {
    var now = java.time.Instant.now();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }

  Path port() {
    return pty.slave();
  }

  /** From now on so many frames a second; 0 for silence. */
  void rate(long framesPerSecond) {
    rate.set(framesPerSecond);
  }

  long frames() {
    return frames.get();
  }

  long marks() {
    return marks.get();
  }

  long overruns() {
    return overruns.get();
  }

  long markUs(long number) {
    return markUs[(int) (number % MOST_MARKS)];
  }

  @Override
  public void run() {
    long beforeNs = System.nanoTime();
    try {
      while (!stop.isRequested()) {
        long nowNs = System.nanoTime();
        traffic(Math.min(LATE_NS, nowNs - beforeNs));
        beforeNs = nowNs;
        write();
        if (pty.awaitInput(1)) {
          pty.read(input.clear());
          answer(input.flip());
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void traffic(long passedNs) {
    long wanted = rate.get();
    if (!isOpen || wanted == 0) {
      modelRate = 0;
      return;
    }
    if (wanted != modelRate) {
      modelRate = wanted;
      model = models.apply(wanted);
      modelNs = 0;
    }
    modelNs += passedNs;
    long baseUs = epochUs() - modelNs / 1_000;
    model.runUntil(modelNs, (timeNs, id, flags, payload, length) -> {
      long timeUs = baseUs + timeNs / 1_000;
      if (frames.incrementAndGet() % MARK_EVERY != 0) {
        line(timeUs, id, payload, length);
        return;
      }
      long number = marks.getAndIncrement();
      markUs[(int) (number % MOST_MARKS)] = timeUs;
      for (int i = 0; i < 4; i++) {
        mark[i] = (byte) (number >> (24 - 8 * i));
      }
      line(timeUs, MARK_ID, mark, 8);
    });
  }

  private void line(long timeUs, int id, byte[] payload, int length) {
    output.put((byte) 't');
    digits(id, 3);
    digits(length, 1);
    for (int i = 0; i < length; i++) {
      digits(payload[i], 2);
    }
    if (hasStamps) {
      digits((int) ((timeUs - originUs) / 1_000 % 60_000), 4);
    }
    output.put((byte) '\r');
  }

  private void digits(int value, int count) {
    for (int shift = 4 * count - 4; shift >= 0; shift -= 4) {
      output.put((byte) HEX.charAt(value >> shift & 15));
    }
  }

  /** What the port does not take is lost, but for the rest of a line that it took in part. */
  private void write() throws IOException {
    output.flip();
    if (!output.hasRemaining()) {
      output.clear();
      return;
    }
    pty.write(output);
    int from = output.position();
    int end = from;
    if (from > 0 && output.get(from - 1) != '\r') {
      while (end < output.limit() && output.get(end++) != '\r') {
        // the rest of the line
      }
    }
    for (int i = end; i < output.limit(); i++) {
      if (output.get(i) == '\r') {
        overruns.incrementAndGet();
      }
    }
    output.limit(end);
    output.compact();
  }

  private void answer(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      char next = (char) bytes.get();
      if (next != '\r') {
        command.append(next);
        continue;
      }
      String line = command.toString().toUpperCase(Locale.ROOT);
      command.setLength(0);
      String answer = switch (line.isEmpty() ? ' ' : line.charAt(0)) {
        case 'V' -> "V1013\r";
        case 'N' -> "NA001\r";
        case 'F' -> "F00\r";
        default -> "\r";
      };
      switch (line) {
        case "O", "L" -> isOpen = true;
        case "C" -> isOpen = false;
        case "Z0", "Z1" -> hasStamps = line.equals("Z1");
        default -> {}
      }
      output.put(answer.getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Override
  public void close() {
    stop.request();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    pty.close();
  }
}
