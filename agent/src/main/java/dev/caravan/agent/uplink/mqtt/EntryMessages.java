package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Ages;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Envelope;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/** Makes of an entry what leaves: one message, or parts of it where the broker takes no packet of its size. */
final class EntryMessages {
  private final String topic;
  private final String kind;
  private final Envelope envelope;
  private final Ages ages;
  private final long maxAgeNs;

  /**
   * The messages of one topic.
   *
   * @param kind full name of the protobuf type
   * @param maxAgeNs how long an entry is worth anything; 0 for ever
   */
  EntryMessages(String topic, String kind, Envelope envelope, Ages ages, long maxAgeNs) {
    this.topic = topic;
    this.kind = kind;
    this.envelope = envelope;
    this.ages = ages;
    this.maxAgeNs = maxAgeNs;
  }

  String topic() {
    return topic;
  }

  String kind() {
    return kind;
  }

  /**
   * The bodies of an entry's messages for a broker; none if one of them would be larger than it says that it takes.
   *
   * @param inTime whether they are to be small enough for its link, if that can be
   * @param mostBytes the largest packet that is tried now
   */
  List<Bytes> bodies(
      Entry entry, boolean late, BrokerConnection broker, boolean inTime, long mostBytes) {
    Bytes whole = envelope.around(entry, late);
    long wholeBytes = packetBytes(entry, whole, broker);
    long largestBytes = Math.min(mostBytes, broker.largestPacketBytes());
    long inTimeBytes = inTime ? Math.min(largestBytes, broker.largestInTimeBytes()) : largestBytes;
    if (wholeBytes <= inTimeBytes) {
      return List.of(whole);
    }
    List<Bytes> soon = parts(entry, late, broker, inTimeBytes);
    if (!soon.isEmpty()) {
      return soon;
    }
    if (wholeBytes <= largestBytes) {
      return List.of(whole);
    }
    List<Bytes> parts = parts(entry, late, broker, largestBytes);
    // what was found out is not as sure as what was told
    return parts.isEmpty() && wholeBytes <= broker.toldPacketBytes() ? List.of(whole) : parts;
  }

  /** The bodies of parts of an entry, each in a packet of at most so many bytes; none if it cannot be divided so. */
  List<Bytes> parts(Entry entry, boolean late, BrokerConnection broker, long mostBytes) {
    long besideBytes = packetBytes(entry, Bytes.EMPTY, broker) + Messages.MOST_LENGTH_BYTES;
    return envelope.parts(
        entry, late, Math.min(mostBytes, broker.largestPacketBytes()) - besideBytes);
  }

  long packetBytes(Entry entry, Bytes body, BrokerConnection broker) {
    return Messages.packetBytes(topic, kind, body, expirySeconds(entry), broker.isAliasing());
  }

  MqttMessage message(Entry entry, Bytes body) {
    return Messages.passing(kind, body, expirySeconds(entry));
  }

  private long expirySeconds(Entry entry) {
    if (maxAgeNs <= 0) {
      return 0;
    }
    long ageNs = ages.ageNs(entry.timeNs());
    return Math.max(1, TimeUnit.NANOSECONDS.toSeconds(maxAgeNs - ageNs));
  }
}
