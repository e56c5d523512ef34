package dev.caravan.agent.broker;

/**
 * How a {@link LoopbackBroker} misbehaves; as made, it does not. Safe from any thread: what is set holds for whatever the
 * broker does next, limits that are told in CONNACK for the connections made next.
 */
public final class BrokerFaults {
  /** What becomes of a CONNECT of MQTT 5. */
  public enum Five {
    /** It is taken. */
    TAKEN,
    /** It is refused as MQTT 3.1.1 does, with code 1, and the link closed. */
    REFUSED_BY_THREE,
    /** It is refused with reason 0x84, and the link closed. */
    REFUSED,
    /** The link is closed. */
    CLOSED,
    /** It has no answer. */
    UNANSWERED,
    /** It is taken for one of MQTT 3.1.1, and let in. */
    TAKEN_FOR_THREE
  }

  private volatile Five five = Five.TAKEN;
  private volatile boolean withholdPubacks;
  private volatile int pubackReason;
  private volatile int refusedOverBytes;
  private volatile int endReason;
  private volatile int endedOverBytes = Integer.MAX_VALUE;
  private volatile boolean retaining = true;
  private volatile boolean retainedForExactFilters;
  private volatile boolean withholdRetained;
  private volatile TopicFault topicFault = new TopicFault("", 0, false);
  private volatile boolean dotsBecomeSlashes;
  private volatile int willReason;
  private volatile int connectReason;
  private volatile int subscribeReason;
  private volatile int serverKeepAliveSeconds = -1;
  private volatile boolean acceptThenClose;
  private volatile boolean connackWithheld;
  private volatile int receiveMaximum = 20;
  private volatile int maximumPacketBytes;
  private volatile int topicAliasMaximum = 10;
  private volatile int maximumQos = 2;

  private record TopicFault(String ending, int reason, boolean ends) {}

  BrokerFaults() {}

  /** Does so with clients of MQTT 5, as a broker that knows only 3.1.1. */
  public void five(Five becomes) {
    five = becomes;
  }

  /** Takes publishes and passes them on, but never acknowledges them. */
  public void withholdPubacks(boolean on) {
    withholdPubacks = on;
  }

  /** Answers every QoS 1 publish with this reason code and passes it on to nobody; 0 ends it. */
  public void refusePubacks(int reasonCode) {
    refusePubacks(reasonCode, -1);
  }

  /** Does so only for payloads of more bytes than that. */
  public void refusePubacks(int reasonCode, int overBytes) {
    refusedOverBytes = overBytes;
    pubackReason = reasonCode;
  }

  /**
   * Ends the link over a publish whose payload has more bytes than that, with a DISCONNECT of this reason code; with 0
   * without a word.
   */
  public void endOver(int reasonCode, int overBytes) {
    endReason = reasonCode;
    endedOverBytes = overBytes;
  }

  /** Whether it has retained messages, as it tells in CONNACK; else it ends the link over each (reason 0x9A). */
  public void retains(boolean on) {
    retaining = on;
  }

  /** Gives retained messages only to filters without wildcards, as AWS IoT Core and RabbitMQ do. */
  public void retainedForExactFilters(boolean on) {
    retainedForExactFilters = on;
  }

  /** Takes retained messages and gives them to nobody who subscribes later, as a cluster's node whose neighbour has them. */
  public void withholdRetained(boolean on) {
    withholdRetained = on;
  }

  /** Answers every QoS 1 publish on a topic that ends so with this reason code and passes it on to nobody; 0 ends it. */
  public void refuseTopics(String ending, int reasonCode) {
    topicFault = new TopicFault(ending, reasonCode, false);
  }

  /** Ends the link over every publish on a topic that ends so, without a word. */
  public void endOverTopics(String ending) {
    topicFault = new TopicFault(ending, 0, true);
  }

  /** Passes messages on with slashes in the place of the dots of their topics, as RabbitMQ does. */
  public void dotsBecomeSlashes(boolean on) {
    dotsBecomeSlashes = on;
  }

  /** Answers every CONNECT with this MQTT 5 reason code, 3.1.1 clients with 0x05; 0 ends it. */
  public void refuseConnects(int reasonCode) {
    connectReason = reasonCode;
  }

  /** Does so where the client leaves a will; 0 ends it. */
  public void refuseWills(int reasonCode) {
    willReason = reasonCode;
  }

  /** Answers every SUBSCRIBE with this MQTT 5 reason code; 0 ends it. */
  public void refuseSubscribes(int reasonCode) {
    subscribeReason = reasonCode;
  }

  /** The keep-alive that clients are told to have, in seconds; 0 for none, -1 for their own. */
  public void serverKeepAlive(int seconds) {
    serverKeepAliveSeconds = seconds;
  }

  /** Accepts connections and closes them at once, as a load balancer with nobody behind it does. */
  public void acceptThenClose(boolean on) {
    acceptThenClose = on;
  }

  /** Takes a CONNECT and says nothing. */
  public void withholdConnacks(boolean on) {
    connackWithheld = on;
  }

  /** How many QoS 1 publishes a client may have unacknowledged; more cut it off with reason 0x93. */
  public void receiveMaximum(int messages) {
    receiveMaximum = messages;
  }

  /** The largest packet a client may send, in bytes, told in CONNACK; 0 is 16 MiB and not told. */
  public void maximumPacketBytes(int bytes) {
    maximumPacketBytes = bytes;
  }

  /** How many topic aliases a client may use on one connection. */
  public void topicAliasMaximum(int aliases) {
    topicAliasMaximum = aliases;
  }

  /** The highest quality of service that is offered, 0..2. */
  public void maximumQos(int qos) {
    maximumQos = qos;
  }

  Five five() {
    return five;
  }

  boolean withholdsPubacks() {
    return withholdPubacks;
  }

  int pubackReason(String topic, int payloadBytes) {
    TopicFault fault = topicFault;
    return fault.reason != 0 && topic.endsWith(fault.ending)
        ? fault.reason
        : payloadBytes > refusedOverBytes ? pubackReason : 0;
  }

  boolean endsOver(String topic, int payloadBytes) {
    TopicFault fault = topicFault;
    return payloadBytes > endedOverBytes || (fault.ends && topic.endsWith(fault.ending));
  }

  int endReason() {
    return endReason;
  }

  boolean isRetaining() {
    return retaining;
  }

  /** Whether a subscription to such a filter gets no retained messages. */
  boolean withholdsRetained(Filter from) {
    return withholdRetained || (retainedForExactFilters && from.hasWildcard());
  }

  boolean makesSlashes() {
    return dotsBecomeSlashes;
  }

  int willReason() {
    return willReason;
  }

  int connectReason() {
    return connectReason;
  }

  int subscribeReason() {
    return subscribeReason;
  }

  int serverKeepAliveSeconds() {
    return serverKeepAliveSeconds;
  }

  boolean acceptsThenCloses() {
    return acceptThenClose;
  }

  boolean withholdsConnacks() {
    return connackWithheld;
  }

  int receiveMaximum() {
    return receiveMaximum;
  }

  int maximumPacketBytes() {
    return maximumPacketBytes;
  }

  int topicAliasMaximum() {
    return topicAliasMaximum;
  }

  int maximumQos() {
    return maximumQos;
  }
}
