package dev.caravan.agent.decode.j1939;

import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalGroup;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.source.CanFrame;
import java.util.List;
import java.util.function.Consumer;

/**
 * The texts in a message of one address that says what the vehicle or a component is: Latin 1, each field ended by an
 * asterisk, or by the end of the message. Ones for characters mean that there is no text, zeros that it is in error. One
 * thread.
 *
 * @see "SAE J1939-71: vehicle identification (PGN FEEC, SPN 237), component identification (PGN FEEB, SPN 586 to 588 and
 *     233)"
 */
final class Identification {
  private static final int VEHICLE = 0xFEEC;
  private static final int COMPONENT = 0xFEEB;
  private static final List<String> OF_VEHICLE = List.of("VehicleIdentificationNumber");
  private static final List<String> OF_COMPONENT =
      List.of("Make", "Model", "SerialNumber", "UnitNumber");

  private static final String OF_VEHICLE_WORD = "VI";
  private static final String OF_COMPONENT_WORD = "CI";

  /** As they stand in the names of signals. */
  static final List<String> WORDS = List.of(OF_VEHICLE_WORD, OF_COMPONENT_WORD);

  /** How many signals one has at most. */
  static final int MOST = OF_COMPONENT.size();

  private static final int END_OF_FIELD = '*';
  private static final int NOT_AVAILABLE = 0xFF;

  private final Signal[] fields;
  private final SignalGroup group;
  private final SampleGroup samples = new SampleGroup();

  private Identification(String group, List<String> names, SignalTable table) {
    fields = new Signal[names.size()];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = table.define(SignalSpec.of(group + "." + names.get(i), group, "", Kind.TEXT));
    }
    this.group = table.group(fields[0]);
  }

  static boolean isOne(int pgn) {
    return pgn == VEHICLE || pgn == COMPONENT;
  }

  /** The texts of a parameter group that {@link #isOne}, as an address sends it; {@code group} names the address. */
  static Identification of(int pgn, String group, SignalTable table) {
    return pgn == VEHICLE
        ? new Identification(group + "." + OF_VEHICLE_WORD, OF_VEHICLE, table)
        : new Identification(group + "." + OF_COMPONENT_WORD, OF_COMPONENT, table);
  }

  void accept(CanFrame message, Consumer<? super SampleGroup> out) {
    samples.begin(group, message.timeNs());
    int from = 0;
    for (int i = 0; i < fields.length && from < message.length(); i++) {
      int end = from;
      while (end < message.length() && message.byteAt(end) != END_OF_FIELD) {
        end++;
      }
      add(fields[i], message, from, end);
      from = end + 1;
    }
    if (samples.size() > 0) {
      out.accept(samples);
    }
  }

  private void add(Signal signal, CanFrame message, int from, int end) {
    StringBuilder text = new StringBuilder();
    Quality quality = from == end ? Quality.NOT_AVAILABLE : Quality.OK;
    for (int i = from; i < end && quality == Quality.OK; i++) {
      int character = message.byteAt(i);
      quality = quality(character);
      text.append((char) character);
    }
    String shown = quality == Quality.OK ? text.toString().strip() : "";
    samples.addText(signal, quality, shown);
  }

  private static Quality quality(int character) {
    if (character == NOT_AVAILABLE) {
      return Quality.NOT_AVAILABLE;
    }
    if (character == 0) {
      return Quality.ERROR;
    }
    return Character.isISOControl(character) ? Quality.UNDECODABLE : Quality.OK;
  }
}
