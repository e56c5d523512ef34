package dev.caravan.agent.source.elm327;

import dev.caravan.agent.device.Instrument;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An adapter that says what a transcript has. Requests that it lacks have no answer; of several answers to one request each
 * is given once, the last again and again.
 */
final class TranscriptAdapter implements Instrument {
  private final String protocol;
  private final Map<String, ArrayDeque<String>> answers = new ConcurrentHashMap<>();
  private final Map<String, Long> delaysNs = new ConcurrentHashMap<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();
  final List<String> asked = new CopyOnWriteArrayList<>();

  private final StringBuilder line = new StringBuilder();
  private final ArrayDeque<String> due = new ArrayDeque<>();
  private long dueNs;

  // a unit that says again and again that its answer is pending, until something is heard
  private final Map<String, String> repeated = new ConcurrentHashMap<>();
  private String repeating = "";
  private long repeatNs;

  /** An adapter on a bus, by the chip's digit; {@code ?} for one that does not say which. */
  TranscriptAdapter(String protocol) {
    this.protocol = protocol;
  }

  /** Answers a request with lines, {@code /} between them. */
  TranscriptAdapter says(String request, String... lines) {
    answers.put(request, new ArrayDeque<>(List.of(lines)));
    return this;
  }

  /** Does not know a command, by what it begins with. */
  TranscriptAdapter refuses(String command) {
    refused.add(command);
    return this;
  }

  /** Takes so long for a request. */
  TranscriptAdapter takes(String request, long ms) {
    delaysNs.put(request, ms * 1_000_000);
    return this;
  }

  /** Goes on with a line every 50 ms after what it says to a request, and gives no prompt until it is called. */
  TranscriptAdapter repeats(String request, String again) {
    repeated.put(request, again);
    return this;
  }

  @Override
  public void hear(long nowNs, ByteBuffer bytes, Voice voice) {
    if (bytes.hasRemaining() && !repeating.isEmpty()) {
      repeating = "";
      voice.say("STOPPED\r\r>".getBytes(StandardCharsets.ISO_8859_1));
    }
    while (bytes.hasRemaining()) {
      char one = (char) (bytes.get() & 0xFF);
      if (one == '\r') {
        String command = line.toString();
        line.setLength(0);
        due.add(
            answer(command).replace('/', '\r') + (repeated.containsKey(command) ? "\r" : "\r\r>"));
        repeating = repeated.getOrDefault(command, "");
        repeatNs = nowNs;
        dueNs = Math.max(dueNs, nowNs + delaysNs.getOrDefault(command, 0L));
      } else {
        line.append(one);
      }
    }
    runUntil(nowNs, voice);
  }

  /** As behind a slow radio link, nothing is interrupted: all that was said is answered, late. */
  @Override
  public void runUntil(long nowNs, Voice voice) {
    while (!due.isEmpty() && nowNs >= dueNs) {
      voice.say(due.remove().getBytes(StandardCharsets.ISO_8859_1));
    }
    if (!repeating.isEmpty() && nowNs - repeatNs >= 50_000_000) {
      repeatNs = nowNs;
      voice.say((repeating + "\r").getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  private String answer(String command) {
    if (refused.stream().anyMatch(command::startsWith)) {
      return "?";
    }
    if (command.startsWith("AT")) {
      return command.equals("ATDPN")
          ? protocol
          : command.equals("ATZ") || command.equals("ATI") ? "ELM327 v2.1" : "OK";
    }
    if (!command.matches("[0-9A-F]+")) {
      return "?";
    }
    asked.add(command);
    ArrayDeque<String> said = answers.get(command);
    return said == null ? "NO DATA" : said.size() > 1 ? said.remove() : said.getFirst();
  }
}
