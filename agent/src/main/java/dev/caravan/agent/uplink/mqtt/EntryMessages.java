package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Ages;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.uplink.Channel;
import dev.caravan.agent.uplink.Envelope;
import dev.caravan.agent.wire.Joined;
import dev.caravan.agent.wire.Message;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/** Makes of an entry of a channel what leaves: its messages, or parts of them where the broker takes no packets of their size. */
final class EntryMessages {
  private final Envelope envelope;
  private final long maxAgeNs;
  private final Messages messages;
  private final Ages ages;
  private final boolean settleWhenWritten;
  private final LastValues lastValues = new LastValues();

  /** {@code qos}: 0 or 1, where the format wants an answer for its messages. */
  EntryMessages(Channel channel, Messages messages, Ages ages, int qos) {
    this.settleWhenWritten = qos == 0 || channel.envelope().settlesWhenWritten();
    this.envelope = channel.envelope();
    this.maxAgeNs = channel.maxAgeNs();
    this.messages = messages;
    this.ages = ages;
  }

  /**
   * An entry's messages for a broker; none if one of them would be larger than it says that it takes.
   *
   * @param inTime whether they are to be small enough for its link, if that can be
   * @param mostBytes the largest packet that is tried now
   */
  List<Message> messages(
      Entry entry, boolean late, BrokerConnection broker, boolean inTime, long mostBytes) {
    List<Message> whole = envelope.messages(entry, late);
    long wholeBytes = packetBytes(entry, whole, broker);
    long largestBytes = Math.min(mostBytes, broker.largestPacketBytes());
    long inTimeBytes = inTime ? Math.min(largestBytes, broker.largestInTimeBytes()) : largestBytes;
    if (wholeBytes <= inTimeBytes) {
      return whole;
    }
    List<Message> soon = parts(entry, late, broker, inTimeBytes);
    if (!soon.isEmpty()) {
      return soon;
    }
    if (wholeBytes <= largestBytes) {
      return whole;
    }
    List<Message> parts = parts(entry, late, broker, largestBytes);
    // what was found out is not as sure as what was told
    return parts.isEmpty() && wholeBytes <= broker.toldPacketBytes() ? whole : parts;
  }

  /**
   * The first of some entries of a backlog as one message, in a packet of at most so many bytes that leaves in time; nothing if fewer than two
   * go into it.
   */
  Optional<Joined> joined(List<Entry> entries, BrokerConnection broker, long mostBytes) {
    long packetBytes = Math.min(mostBytes, broker.largestInTimeBytes());
    Entry first = entries.get(0);
    return packetBytes < first.body().length() + entries.get(1).body().length()
        ? Optional.empty()
        : envelope.joined(entries, packetBytes - besideBytes(first, true, broker));
  }

  /** The parts of an entry, each in a packet of at most so many bytes; none if it cannot be divided so. */
  List<Message> parts(Entry entry, boolean late, BrokerConnection broker, long mostBytes) {
    long mostPacketBytes = Math.min(mostBytes, broker.largestPacketBytes());
    return envelope.parts(entry, late, mostPacketBytes - besideBytes(entry, late, broker));
  }

  /** What is in a packet besides a body, at most. */
  private long besideBytes(Entry entry, boolean late, BrokerConnection broker) {
    List<Message> bare = envelope.messages(entry, late).stream()
        .map(whole -> new Message(whole.topic(), whole.contentType(), Bytes.EMPTY))
        .toList();
    return packetBytes(entry, bare, broker) + Messages.MOST_LENGTH_BYTES;
  }

  private long packetBytes(Entry entry, List<Message> each, BrokerConnection broker) {
    return each.stream().mapToLong(one -> packetBytes(entry, one, broker)).max().orElse(0);
  }

  long packetBytes(Entry entry, Message message, BrokerConnection broker) {
    return messages.packetBytes(message, expirySeconds(entry), broker.isAliasing());
  }

  MqttMessage mqtt(Entry entry, Message message) {
    long expirySeconds = expirySeconds(entry);
    boolean stays = message.isLastValue() && lastValues.isNewest(message.topic(), entry);
    MqttMessage leaving = stays
        ? messages.retained(message, expirySeconds)
        : messages.passing(message, expirySeconds);
    leaving.setQos(settleWhenWritten ? 0 : 1);
    return leaving;
  }

  /** Whether they leave with QoS 0, so that nobody answers for them. */
  boolean settleWhenWritten() {
    return settleWhenWritten;
  }

  private long expirySeconds(Entry entry) {
    if (maxAgeNs <= 0) {
      return 0;
    }
    long ageNs = ages.ageNs(entry.timeNs());
    return Math.max(1, TimeUnit.NANOSECONDS.toSeconds(maxAgeNs - ageNs));
  }
}
