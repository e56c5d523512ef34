package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.clock.TimeOrigin;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.security.Expiry;
import java.io.IOException;
import java.time.Instant;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long password and certificate of a route are good for, where they say so: told by its part from {@value #TOLD_DAYS} days before the end on. The
 * courier's thread.
 */
final class Credentials {
  private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);
  private static final String MATTER = "credentials";
  private static final long TOLD_DAYS = 30;
  private static final long LOGGED_DAYS = 7;
  private static final long DAY_SECONDS = 86_400;
  private static final long SECOND_NS = 1_000_000_000L;

  private final MqttSettings settings;
  private final Timeline timeline;
  private final Part part;
  private final String route;
  private String ended = "";

  // of which the log has a line
  private long loggedEnd;
  private boolean loggedEnded;

  Credentials(MqttSettings settings, Timeline timeline, Part part, String route) {
    this.settings = settings;
    this.timeline = timeline;
    this.part = part;
    this.route = route;
  }

  /** Looks at the files as they are now. */
  void look() {
    OptionalLong ofPassword = password();
    OptionalLong ofCertificate = settings.keys().endSeconds();
    boolean isPassword = ofPassword.orElse(Long.MAX_VALUE) <= ofCertificate.orElse(Long.MAX_VALUE);
    OptionalLong end = isPassword ? ofPassword : ofCertificate;
    ended = "";
    if (end.isEmpty()) {
      part.remark(MATTER, Part.State.OK, "");
      return;
    }
    long endSeconds = end.getAsLong();
    long leftSeconds = endSeconds - Math.floorDiv(timeline.nowNs(), SECOND_NS);
    String what = isPassword ? "the password" : "the certificate";
    String at = Instant.ofEpochSecond(endSeconds).toString();
    if (leftSeconds <= 0) {
      ended = what + " ended at " + at;
      // without a clock that is right nobody knows
      boolean isSure = timeline.origin() != TimeOrigin.NONE;
      part.remark(MATTER, isSure ? Part.State.DEGRADED : Part.State.OK, ended);
      log(endSeconds, true, ended);
    } else if (leftSeconds <= TOLD_DAYS * DAY_SECONDS) {
      long days = leftSeconds / DAY_SECONDS;
      String words = what + " ends at " + at + ", "
          + (days == 0 ? "within a day" : "in " + days + (days == 1 ? " day" : " days"));
      part.remark(MATTER, Part.State.OK, words);
      if (days < LOGGED_DAYS) {
        log(endSeconds, false, words);
      }
    } else {
      part.remark(MATTER, Part.State.OK, "");
    }
  }

  /** Once before an end, and once after it. */
  private void log(long endSeconds, boolean isEnded, String words) {
    if (endSeconds != loggedEnd || isEnded != loggedEnded) {
      loggedEnd = endSeconds;
      loggedEnded = isEnded;
      if (isEnded) {
        LOG.warn("{}: {}", route, words);
      } else {
        LOG.info("{}: {}", route, words);
      }
    }
  }

  private OptionalLong password() {
    try {
      return settings.password().isPresent()
          ? Expiry.seconds(settings.password().get().reveal())
          : OptionalLong.empty();
    } catch (IOException e) {
      // who connects with it says so
      return OptionalLong.empty();
    }
  }

  /** That the one which ends first has ended, in words; empty while it has not. */
  String ended() {
    return ended;
  }
}
