package dev.caravan.agent.downlink;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.bytes.DurableFile;
import dev.caravan.agent.health.Condition;
import dev.caravan.agent.health.Words;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which commands were taken, over restarts: for each key the newest time of signature, and the nonces of those that were signed at most
 * ten minutes before it. What is older than that is refused, whatever the clock says; within it the nonce decides.
 *
 * <p>On disk it is a text: {@code 1}, a line {@code KEY NEWEST_US} for each key (the first 8 bytes of SHA-256 of its encoding), a line
 * {@code KEY ISSUED_US NONCE} for each command, and CRC32C of all before it in hex. It is written anew before each command is
 * done. Has at most {@value #MOST_NONCES} commands of a key. One thread.
 */
final class TakenCommands {
  static final long WINDOW_US = 600_000_000L;
  static final int MOST_NONCES = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(TakenCommands.class);
  private static final String VERSION = "1";
  private static final int KEY_BYTES = 8;
  private static final int MOST_FILE_BYTES = 4 << 20;
  private static final Pattern LINE =
      Pattern.compile("([0-9a-f]{16}) (-?[0-9]{1,18})(?: ([0-9a-f]{32}))?");

  /** What of one key. */
  private static final class OfKey {
    long newestUs = Long.MIN_VALUE;
    final Map<String, Long> issuedUs = new LinkedHashMap<>();

    long oldestUs() {
      return newestUs == Long.MIN_VALUE ? newestUs : newestUs - WINDOW_US;
    }
  }

  private final Path file;
  private final Map<String, OfKey> keys = new TreeMap<>();
  private boolean isRead;
  private boolean isDamaged;
  private final Condition failing = new Condition();

  /** Those of the keys; the file need not be there, nor its directory. */
  TakenCommands(Path file, List<PublicKey> keys) {
    this.file = file;
    keys.forEach(key -> this.keys.put(idOf(key), new OfKey()));
    read();
  }

  private static String idOf(PublicKey key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return Bytes.of(hash).toString().substring(0, 2 * KEY_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private OfKey of(PublicKey key) {
    return keys.computeIfAbsent(idOf(key), id -> new OfKey());
  }

  /** Whether the file was there and could not be read, so that nobody knows what was taken; until the next is noted. */
  boolean isDamaged() {
    read();
    return isDamaged;
  }

  /** Whether a command was signed so long before the newest of its key that nobody knows whether it was taken. */
  boolean isTooOld(PublicKey key, Command command) {
    return command.issuedUs() < of(key).oldestUs();
  }

  boolean has(PublicKey key, Command command) {
    return of(key).issuedUs.containsKey(command.nonce().toString());
  }

  boolean isFull(PublicKey key, Command command) {
    OfKey of = of(key);
    long oldestUs = Math.max(of.newestUs, command.issuedUs()) - WINDOW_US;
    return of.issuedUs.values().stream()
            .filter(issuedUs -> issuedUs >= oldestUs)
            .count()
        >= MOST_NONCES;
  }

  Path file() {
    return file;
  }

  /** Notes one that is taken now; on disk too, unless that fails, which is told once. */
  void note(PublicKey key, Command command) {
    OfKey of = of(key);
    of.newestUs = Math.max(of.newestUs, command.issuedUs());
    of.issuedUs.put(command.nonce().toString(), command.issuedUs());
    of.issuedUs.values().removeIf(issuedUs -> issuedUs < of.oldestUs());
    try {
      write();
      isDamaged = false;
      long failures = failing.over();
      if (failures > 0) {
        LOG.info("command: {}: what was taken is on disk again, failures={}", file, failures);
      }
    } catch (IOException e) {
      String why = Words.reason(e);
      if (failing.isNews(why)) {
        LOG.warn(
            "command: {}: what was taken is in memory alone, a restart forgets it: {}", file, why);
      }
    }
  }

  private void write() throws IOException {
    StringBuilder text = new StringBuilder(VERSION).append('\n');
    keys.forEach((id, of) -> {
      if (of.newestUs != Long.MIN_VALUE) {
        text.append(id).append(' ').append(of.newestUs).append('\n');
        of.issuedUs.forEach((nonce, issuedUs) -> text.append(id)
            .append(' ')
            .append(issuedUs)
            .append(' ')
            .append(nonce)
            .append('\n'));
      }
    });
    String sum = crc(text.toString());
    text.append(sum).append('\n');
    DurableFile.replace(file, Bytes.owning(text.toString().getBytes(StandardCharsets.US_ASCII)));
  }

  /** Reads the file, once it is there. */
  private void read() {
    if (isRead || !Files.exists(file)) {
      return;
    }
    isRead = true;
    try {
      if (Files.size(file) > MOST_FILE_BYTES) {
        throw new IOException("too large");
      }
      take(Files.readString(file, StandardCharsets.US_ASCII));
    } catch (IOException e) {
      isDamaged = true;
      LOG.error(
          "command: {}: damaged, so nobody knows what was taken; nothing is taken unless the time is known to be right: {}",
          file,
          Words.reason(e));
    }
  }

  private void take(String text) throws IOException {
    int end = text.lastIndexOf('\n', text.length() - 2) + 1;
    String before = text.substring(0, end);
    if (!before.startsWith(VERSION + "\n") || !text.substring(end).equals(crc(before) + "\n")) {
      throw new IOException("wrong checksum");
    }
    for (String line : before.substring(VERSION.length() + 1).lines().toList()) {
      var parts = LINE.matcher(line);
      if (!parts.matches()) {
        throw new IOException("not a line of it: " + line);
      }
      OfKey of = keys.get(parts.group(1));
      long us = Long.parseLong(parts.group(2));
      if (of != null && parts.group(3) == null) {
        of.newestUs = Math.max(of.newestUs, us);
      } else if (of != null) {
        of.issuedUs.put(parts.group(3), us);
      }
    }
  }

  private static String crc(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    return Long.toHexString(crc.getValue());
  }
}
