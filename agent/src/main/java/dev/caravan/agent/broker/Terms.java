package dev.caravan.agent.broker;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a broker wants of its clients beyond the standard, as its documents say, and what its clients have done so far. A client that does not
 * keep to it is cut off without a word, as most such brokers do. Any thread.
 */
public final class Terms {
  private static final int MOST_BREACHES = 100;

  /** What is looked at. Numbers are whole ones; yes and no are 1 and 0. */
  public enum Matter {
    /** The version of MQTT: {@code 5} or {@code 3.1.1}. */
    PROTOCOL,
    /** The client identifier. */
    CLIENT_ID,
    /** How long it is. */
    CLIENT_ID_BYTES,
    /** The user name; empty for none. */
    USER,
    /** The password; empty for none. */
    PASSWORD,
    /** The keep-alive; 0 is none. */
    KEEP_ALIVE_SECONDS,
    /** Whether a will is left. */
    WILL,
    /** Where. */
    WILL_TOPIC,
    /** Whether it is to be retained. */
    WILL_RETAIN,
    /** The user properties of a CONNECT, SUBSCRIBE, UNSUBSCRIBE, PUBACK or DISCONNECT. */
    USER_PROPERTIES,
    /** The topic of a publish, one that an alias stands for, too. */
    TOPIC,
    /** How long it is. */
    TOPIC_BYTES,
    /** How many slashes are in it. */
    TOPIC_SLASHES,
    /** The quality of service of a publish. */
    QOS,
    /** Whether a publish is to be retained. */
    RETAIN,
    /** The payload of a publish. */
    PAYLOAD_BYTES,
    /** The whole of a packet. */
    PACKET_BYTES,
    /** Publishes that are unacknowledged, with the latest. */
    IN_FLIGHT,
    /** Their payloads. */
    IN_FLIGHT_BYTES,
    /** Publishes in the second that ends with the latest. */
    PUBLISHES_A_SECOND,
    /** Their packets. */
    BYTES_A_SECOND,
    /** A topic alias. */
    TOPIC_ALIAS,
    /** A filter that is subscribed to. */
    FILTER,
    /** Whether it is one of a shared subscription. */
    SHARED,
    /** How many are in one SUBSCRIBE. */
    FILTERS,
    /** Whether a SUBSCRIBE has an identifier. */
    SUBSCRIPTION_ID,
    /** The host and port that a client wants to get to; seen where it comes by a proxy. */
    SERVER,
    /** The name that it asks for in the TLS handshake. */
    SNI,
    /** The protocol that is agreed on there; empty for none. */
    ALPN,
    /** Whether it shows a certificate there. */
    CERTIFICATE
  }

  /** How a limit limits. */
  public enum Kind {
    /** No number above. */
    MOST,
    /** No number below. */
    LEAST,
    /** No text of another form, which is a regular expression. */
    LIKE
  }

  /** One limit. */
  public record Limit(Matter matter, Kind kind, String value) {
    /**
     * Checks that it can be kept to.
     *
     * @throws IllegalArgumentException if it is no number, or no regular expression, where that is wanted
     */
    public Limit {
      long unused = kind == Kind.LIKE ? Pattern.compile(value).flags() : Long.parseLong(value);
    }

    /** Whether what a client did is within it. */
    public boolean allows(Seen seen) {
      return switch (kind) {
        case MOST -> Long.parseLong(seen.value) <= Long.parseLong(value);
        case LEAST -> Long.parseLong(seen.value) >= Long.parseLong(value);
        case LIKE -> Pattern.matches(value, seen.value);
      };
    }
  }

  /** What a client did. */
  public record Seen(Matter matter, String value) {}

  private final List<Limit> limits;

  // guarded by this
  private final Set<Seen> seen = new LinkedHashSet<>();
  private final List<String> breaches = new ArrayList<>();

  /** Such terms, of which nothing has been broken. */
  public Terms(List<Limit> limits) {
    this.limits = List.copyOf(limits);
  }

  /** Whether a client that does this keeps to the terms; it is remembered either way. */
  public boolean allow(Matter matter, String value) {
    Seen now = new Seen(matter, value);
    List<Limit> broken = limits.stream()
        .filter(limit -> limit.matter == matter && !limit.allows(now))
        .toList();
    synchronized (this) {
      seen.add(now);
      broken.stream()
          .filter(limit -> breaches.size() < MOST_BREACHES)
          .forEach(limit ->
              breaches.add(matter + " " + value + ", want " + limit.kind + " " + limit.value));
    }
    return broken.isEmpty();
  }

  /** The same of a number. */
  public boolean allow(Matter matter, long value) {
    return allow(matter, Long.toString(value));
  }

  /** The same of yes or no. */
  public boolean allow(Matter matter, boolean value) {
    return allow(matter, value ? 1 : 0);
  }

  /** What clients did so far in one matter, each value once. */
  public synchronized List<String> seen(Matter matter) {
    return seen.stream().filter(each -> each.matter == matter).map(Seen::value).toList();
  }

  /** The limits. */
  public List<Limit> limits() {
    return limits;
  }

  /** What was not kept to, in words; the first hundred. */
  public synchronized List<String> breaches() {
    return List.copyOf(breaches);
  }

  /** Whether everything is kept to: all are looked at, so that each is remembered. */
  static boolean all(Boolean... kept) {
    return Stream.of(kept).allMatch(each -> each);
  }
}
