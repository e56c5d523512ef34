package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.decode.J1939Id;
import java.util.List;
import java.util.Map;

/**
 * One message of a DBC file ({@code BO_}).
 *
 * @param name its name, the long one where the file has one
 * @param id 11 bits, or 29 bits if {@code extended}; without any flag bit
 * @param extended whether the identifier has 29 bits
 * @param j1939 whether it is a J1939 parameter group, known by its PGN whatever sender and priority
 * @param nmea2000 whether it is one of an NMEA 2000 bus, which makes it {@code j1939} too
 * @param idMask the bits of an identifier by which it is known besides its exact one; all ones for none
 * @param fd whether the file says that it is a CAN FD message
 * @param lengthBytes of its payload; over 64 only where a transport protocol carries it
 * @param cycleTimeMs how often it is sent; 0 if that is not said or not cyclic
 * @param senders names of the nodes that send it
 * @param comment empty for none
 * @param attributes explicit ones; the text of an enumeration, not its index
 * @param signals in the order of the file
 * @param where file, line and column
 */
public record DbcMessage(
    String name,
    int id,
    boolean extended,
    boolean j1939,
    boolean nmea2000,
    int idMask,
    boolean fd,
    int lengthBytes,
    int cycleTimeMs,
    List<String> senders,
    String comment,
    Map<String, String> attributes,
    List<DbcSignal> signals,
    String where) {
  /** Copies the collections. */
  public DbcMessage {
    senders = List.copyOf(senders);
    attributes = Map.copyOf(attributes);
    signals = List.copyOf(signals);
  }

  /** The same message with other signals. */
  DbcMessage withSignals(List<DbcSignal> others) {
    return new DbcMessage(
        name,
        id,
        extended,
        j1939,
        nmea2000,
        idMask,
        fd,
        lengthBytes,
        cycleTimeMs,
        senders,
        comment,
        attributes,
        others,
        where);
  }

  /** The identifier as logs show it, {@code 1F0} or {@code 18FEF100}. */
  public String hexId() {
    return String.format(extended ? "%08X" : "%03X", id);
  }

  /** The J1939 parameter group number of the identifier, 18 bits; the destination address is not part of it. */
  public int pgn() {
    return J1939Id.pgn(id);
  }
}
