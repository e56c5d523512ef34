package dev.caravan.agent.source;

/**
 * One sentence of a GNSS receiver or other instrument (NMEA 0183), its checksum right.
 *
 * @param timeNs when its first byte was received, epoch nanoseconds UTC by the board's clock
 * @param text what stands between the {@code $} or {@code !} and the {@code *}: {@code GPRMC,092750.000,A,…}
 */
public record NmeaSentence(long timeNs, String text) implements Frame {
  @Override
  public String toString() {
    return text;
  }
}
