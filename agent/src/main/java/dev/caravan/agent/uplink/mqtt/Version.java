package dev.caravan.agent.uplink.mqtt;

/** A version of MQTT. */
public enum Version {
  /** With reasons, expiry, a bound of what is under way. */
  FIVE("MQTT 5"),
  /** Without any of them: what is refused is dropped in silence, or ends the link. */
  THREE("MQTT 3.1.1");

  private final String words;

  Version(String words) {
    this.words = words;
  }

  /** The other one. */
  Version other() {
    return this == FIVE ? THREE : FIVE;
  }

  /** Its name. */
  @Override
  public String toString() {
    return words;
  }
}
