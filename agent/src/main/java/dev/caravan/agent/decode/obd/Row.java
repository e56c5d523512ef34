package dev.caravan.agent.decode.obd;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.SignalSpec;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the answer to one request holds.
 *
 * @param index place in the table
 * @param key service and parameter, {@link #key}
 * @param name what its signals are grouped under
 * @param form of the data
 * @param lengths how many bytes the data may have, rising: editions of a standard add some; of one item where there are
 *     {@link #isCounted() several}; 0 where the form says it
 * @param isCounted whether a count byte and so many items are the data
 * @param fields with {@link Form#NUMBERS} where each signal lies
 */
record Row(
    int index,
    int key,
    String name,
    Form form,
    List<Integer> lengths,
    boolean isCounted,
    List<Field> fields) {
  /** What data looks like. */
  enum Form {
    /** Fields of bits. */
    NUMBERS,
    /** ASCII, zeros around it dropped. */
    TEXT,
    /** Shown as hex. */
    HEX,
    /** One trouble code of two bytes; 0000 for none. */
    CODE,
    /** A list of trouble codes, services 03, 07 and 0A. */
    CODES,
    /** A list of trouble codes of three bytes with a status each, service 19 02. */
    UDS_CODES,
    /** Results of on-board monitors, service 06. */
    TESTS
  }

  /** What a count byte can say. */
  private static final int MOST_ITEMS = 255;

  private static final Pattern REQUEST = Pattern.compile("[0-9A-Fa-f]{2}( ?[0-9A-Fa-f]{2}){0,2}");
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z][A-Za-z0-9]{0,62}(\\.[A-Za-z][A-Za-z0-9]{0,62}){0,1}");
  private static final String NAME_WANTED =
      "one or two parts of letters and digits, as Engine.Speed";
  private static final List<String> FORMS =
      List.of("numbers", "text", "hex", "dtc", "dtcs", "uds_dtcs", "tests");

  /** The most that the transport carries in one answer. */
  static final int MOST_BYTES = 4095;

  private static final Key<String> REQUEST_KEY = Key.text(
          "request", REQUEST, "service and parameter in hex, as 01 0C or 22 F190")
      .unit("hex")
      .required()
      .range("1..3 bytes")
      .says("which answer it is of: service and parameter. `01` is also what a freeze frame (02) "
          + "holds");
  private static final Key<String> NAME_KEY = Key.text("name", NAME, NAME_WANTED)
      .required()
      .range("one or two parts of letters and digits, joined by a dot")
      .says("what it is called, behind source and unit");
  private static final Key<String> FORM_KEY = Key.oneOf("form", FORMS)
      .or(FORMS.get(0))
      .says("what the data is: `numbers` bits as the signals say, `text`, `hex` shown as it is, "
          + "`dtc` one trouble code, `dtcs` a list of them, `uds_dtcs` with a status each, `tests` "
          + "results of monitors");
  private static final Key<Integer> ITEMS = Key.whole("items", 1, MOST_ITEMS)
      .unit("byte")
      .absent("no such list")
      .says("length of one item, where the data is a count byte and so many items");
  private static final Key<Node> BYTES = Key.oneOrMore("bytes", Key.whole("length", 1, MOST_BYTES))
      .absent("required for `numbers` `text` `hex` without `items`")
      .says("length of the data; of `numbers` several may be listed, and signals behind the end of "
          + "the shorter are not there");
  private static final Key<Node> SIGNALS = Key.list("signals")
      .absent("the data is one signal, which the keys of a signal beside these describe")
      .says("of `numbers`: list of what is in the data, see below");

  /** Of a response, without those of its only signal. */
  static final List<Key<?>> KEYS = List.of(REQUEST_KEY, NAME_KEY, FORM_KEY, BYTES, ITEMS, SIGNALS);

  /** Of each signal. */
  static final List<Key<?>> SIGNAL_KEYS =
      Stream.concat(Stream.of(NAME_KEY), Field.KEYS.stream()).toList();

  Row {
    lengths = List.copyOf(lengths);
    fields = List.copyOf(fields);
  }

  /** The most bytes that the data may have, or one item. */
  int bytes() {
    return lengths.get(lengths.size() - 1);
  }

  /** Reads one item of {@code responses}. */
  static Row from(Node node, int index) {
    String text = node.get(REQUEST_KEY);
    String name = node.get(NAME_KEY);
    Form form = Form.values()[FORMS.indexOf(node.get(FORM_KEY))];
    Node items = node.at(ITEMS);
    boolean isCounted = items.isPresent();
    List<Integer> lengths = isCounted ? List.of(node.get(ITEMS)) : lengths(node.at(BYTES), form);
    int bytes = lengths.get(lengths.size() - 1);
    List<Field> fields = new ArrayList<>();
    if (form == Form.NUMBERS) {
      Node list = node.at(SIGNALS);
      int room = isCounted ? bytes * MOST_ITEMS : bytes;
      for (Node item : list.items()) {
        fields.add(Field.from(item, item.get(NAME_KEY), room));
        item.refuseUnknownKeys();
      }
      if (!list.isPresent()) {
        fields.add(Field.from(node, name, bytes));
      }
    }
    node.refuseUnknownKeys();
    return new Row(index, key(node, text), name, form, lengths, isCounted, fields);
  }

  private static List<Integer> lengths(Node node, Form form) {
    if (form == Form.NUMBERS && node.isList()) {
      Set<Integer> lengths = new TreeSet<>();
      node.oneOrMore().forEach(each -> lengths.add((int) each.whole(1, MOST_BYTES)));
      return lengths.isEmpty() ? List.of(1) : List.copyOf(lengths);
    }
    return switch (form) {
      case NUMBERS, TEXT, HEX -> List.of((int) node.whole(1, MOST_BYTES));
      case CODE -> List.of(2);
      default -> List.of(0);
    };
  }

  private static int key(Node node, String text) {
    if (!REQUEST.matcher(text).matches()) {
      return -1; // a fault already
    }
    Bytes request = Bytes.owning(HexFormat.of().parseHex(text.replace(" ", "")));
    int service = request.at(0);
    if (request.length() != 1 + parameterBytes(service)) {
      node.at(REQUEST_KEY)
          .fault("want service " + HexFormat.of().toHexDigits((byte) service) + " and "
              + parameterBytes(service) + " bytes, got '" + text + "'");
    }
    return keyAt(service, request, 1);
  }

  /** How long the parameter is that tells answers of a service apart. */
  static int parameterBytes(int service) {
    return switch (service) {
      case 0x01, 0x02, 0x09, 0x19, 0x21 -> 1;
      case 0x22 -> 2;
      default -> 0;
    };
  }

  /** How long a parameter is in a request, and before its data: of freeze frames the frame's number is a part. */
  static int stride(int service) {
    return parameterBytes(service) + (service == 0x02 ? 1 : 0);
  }

  /** The key of a service and the parameter at an index; there must be enough bytes. */
  static int keyAt(int service, Bytes bytes, int at) {
    // a freeze frame holds what current data does
    int row = service == 0x02 ? 0x01 : service;
    return switch (parameterBytes(service)) {
      case 1 -> (row << 16) | bytes.at(at);
      case 2 -> (row << 16) | (bytes.at(at) << 8) | bytes.at(at + 1);
      default -> row << 16;
    };
  }

  /** What its signals are, without source and unit in their paths. */
  List<SignalSpec> signals() {
    return switch (form) {
      case NUMBERS -> fields.stream().map(Field::spec).toList();
      case TEXT, HEX, CODE -> List.of(SignalSpec.of(name, "", "", Kind.TEXT));
      case CODES, UDS_CODES ->
        List.of(
            SignalSpec.of(name, "", "", Kind.TEXT),
            SignalSpec.of(name + "Count", "", "", Kind.UNSIGNED));
      case TESTS -> List.of();
    };
  }
}
