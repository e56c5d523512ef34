package dev.caravan.agent.cli;

import dev.caravan.agent.log.Log;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a thread dies of ends the program, with exit code 1, so that its supervisor starts a new one: what is left of the old one
 * cannot be trusted to lose nothing. A lack of memory is said in one line.
 */
final class FatalFault implements Thread.UncaughtExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(FatalFault.class);
  private static final int RESERVE_BYTES = 256 << 10;

  /** Room to say it, where there is none. */
  private final AtomicReference<byte @Nullable []> reserve =
      new AtomicReference<>(new byte[RESERVE_BYTES]);

  @Override
  public void uncaughtException(Thread thread, Throwable cause) {
    reserve.set(null);
    try {
      if (cause instanceof OutOfMemoryError) {
        LOG.error("{}", outOfMemory(thread.getName(), cause));
      } else {
        LOG.error("{}: died, ending the program", thread.getName(), cause);
      }
      Log.ofProcess().flush(Caravan.FLUSH_MS);
    } finally {
      Runtime.getRuntime().halt(Caravan.FAILED);
    }
  }

  /** Which thread it was, what it does, and what to do about it. */
  static String outOfMemory(String thread, Throwable cause) {
    return thread + ": out of memory while " + work(thread) + ", ending the program: "
        + cause.getMessage() + "; the heap has " + (Runtime.getRuntime().maxMemory() >> 20)
        + " MiB, -Xmx gives it more";
  }

  private static String work(String thread) {
    int dash = thread.indexOf('-');
    String part = thread.substring(dash + 1);
    return switch (dash < 0 ? thread : thread.substring(0, dash)) {
      case "source" -> "reading " + part;
      case "pipeline" -> "decoding, shaping, packing and storing what was read";
      case "courier" -> "delivering to " + part;
      case "device" -> "simulating " + part;
      case "command" -> "doing what the cloud asks";
      case "web" -> "answering a visitor";
      case "log" -> "writing the log";
      case "main" -> "starting";
      default -> thread.startsWith("mqtt ") ? "talking to the broker" : "at work";
    };
  }
}
