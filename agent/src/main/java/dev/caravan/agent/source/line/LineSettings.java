package dev.caravan.agent.source.line;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.source.serial.SerialSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a source of type {@code line} is told.
 *
 * @param name the source's name
 * @param serial the port
 * @param form what messages look like
 * @param questions what the sensor must be asked; none for one that talks by itself
 */
public record LineSettings(
    String name, SerialSettings serial, Form form, List<Question> questions) {
  private static final Pattern HEX = Pattern.compile("(?:[0-9A-Fa-f]{2} ?)++");
  private static final String HEX_WANTED = "bytes as pairs of hex digits, such as AA 55";
  private static final Key<Integer> BAUD = SerialSettings.baud(9600);

  /** Those of its port. */
  public static final List<Key<?>> SERIAL_KEYS = SerialSettings.keys(BAUD);

  private static final Key<String> FORM = Key.oneOf("form", "lines", "frames", "slip")
      .or("lines")
      .says("`lines` of text; `frames` that begin with a header; `slip`: frames between bytes "
          + "C0, with DB DC and DB DD inside for C0 and DB (RFC 1055, GB/T 43229)");
  private static final Key<Integer> MAX = Key.whole("max", 2, 65_536)
      .unit("bytes")
      .or(512)
      .says("longest message; a longer one is noise");
  private static final Key<String> START = Key.text("start")
      .or("")
      .absent("nothing")
      .says("lines: what comes before each (`\"\\x02\"`, `\"$\"`); text outside is noise");
  private static final Key<String> END =
      Key.text("end").or("").absent("CR or LF").says("lines: what ends each (`\"\\x03\"`)");
  private static final Key<String> CONTROLS = Key.text("controls")
      .or("")
      .range("`\"\\x06\"`")
      .says("lines: control characters that may stand in the text beside TAB and the separators "
          + "1C to 1F; with others a line is noise");
  private static final Key<String> HEADER = Key.text("header", HEX, HEX_WANTED)
      .unit("hex")
      .absent("required for `frames`")
      .range("`AA 55`")
      .says("frames: the bytes that each begins with");
  private static final Key<Integer> LENGTH = Key.whole("length", 2, 65_536)
      .unit("bytes")
      .absent("one of this and `length_at`")
      .range("2..`max`")
      .says("frames: length of each from header to tail, where all have the same");
  private static final Key<Integer> LENGTH_AT = Key.whole("length_at", 0, 64)
      .absent("one of this and `length`")
      .says("frames: index of the field that says the length; the header's first byte is 0");
  private static final Key<Integer> LENGTH_BYTES = Key.whole("length_bytes", 1, 2)
      .unit("bytes")
      .or(1)
      .range("1, 2")
      .says("frames: bytes of that field");
  private static final Key<String> LENGTH_ORDER = Key.oneOf("length_order", "big", "little")
      .or("big")
      .says("frames: which of its bytes comes first");
  private static final Key<Integer> LENGTH_ADDS = Key.whole("length_adds", -64, 64)
      .unit("bytes")
      .or(0)
      .says("frames: what is added to the field's value to get the length from header to tail");
  private static final Key<Integer> TAIL =
      Key.whole("tail", 0, 64).unit("bytes").or(0).says("frames: bytes behind the checksum");
  private static final Key<Node> CHECKSUM = Key.block("checksum", Checksum.KEYS)
      .says("the checksum that each message carries: in lines behind a mark, in frames as the "
          + "last bytes before the tail");
  private static final List<Key<?>> MESSAGE_KEYS = List.of(
      FORM,
      MAX,
      START,
      END,
      CONTROLS,
      HEADER,
      LENGTH,
      LENGTH_AT,
      LENGTH_BYTES,
      LENGTH_ORDER,
      LENGTH_ADDS,
      TAIL,
      CHECKSUM);
  private static final Key<Node> MESSAGE = Key.block("message", MESSAGE_KEYS)
      .absent("lines of text")
      .says("what a message looks like, as the keys below say");
  private static final Key<String> ASK_TEXT = Key.text("text")
      .absent("one of this and `hex`")
      .says("what is sent, as text (`\"?\\r\\n\"`)");
  private static final Key<String> ASK_HEX = Key.text("hex", HEX, HEX_WANTED)
      .unless(ASK_TEXT)
      .unit("hex")
      .absent("one of this and `text`")
      .says("what is sent, as bytes");
  private static final Key<Long> ASK_PERIOD = Key.duration("period", "10ms", "24h")
      .or("1s")
      .says("how often; a late question is asked once");
  private static final List<Key<?>> ASK_KEYS = List.of(ASK_TEXT, ASK_HEX, ASK_PERIOD);
  private static final Key<Node> ASK = Key.list("ask", ASK_KEYS)
      .absent("it talks by itself")
      .says("list of what the sensor must be sent again and again to answer. It is first asked "
          + "when it is known where its messages begin, after a second of quiet for lines, 2 s "
          + "after the opening at the latest");

  /** Its keys. */
  public static final List<Key<?>> KEYS = List.of(MESSAGE, ASK);

  /**
   * Something that the sensor is sent again and again.
   *
   * @param bytes sent as they are
   * @param periodNs from one time to the next, nanoseconds
   */
  public record Question(Bytes bytes, long periodNs) {}

  /** What messages look like: lines, or one of the two kinds of frames. */
  sealed interface Form {
    /** A cutter of this form. */
    Cutter cutter(Cutter.Doubt doubt);
  }

  private record Lines(LineCutter.Form lines) implements Form {
    @Override
    public Cutter cutter(Cutter.Doubt doubt) {
      return new LineCutter(lines, doubt);
    }
  }

  private record Frames(FrameCutter.Form frames) implements Form {
    @Override
    public Cutter cutter(Cutter.Doubt doubt) {
      return new FrameCutter(frames, doubt);
    }
  }

  private record Slip(SlipCutter.Form slip) implements Form {
    @Override
    public Cutter cutter(Cutter.Doubt doubt) {
      return new SlipCutter(slip, doubt);
    }
  }

  /** Copies the list. */
  public LineSettings {
    questions = List.copyOf(questions);
  }

  /** Reads its keys of a source's mapping; who has read the others too refuses unknown ones. */
  public static LineSettings from(String name, Node node) {
    List<Question> questions = new ArrayList<>();
    for (Node item : node.at(ASK).items()) {
      questions.add(question(item));
    }
    return new LineSettings(
        name, SerialSettings.from(node, BAUD), form(node.at(MESSAGE)), questions);
  }

  private static Question question(Node node) {
    Node text = node.at(ASK_TEXT);
    Node hex = node.at(ASK_HEX);
    if (text.isPresent() == hex.isPresent()) {
      node.fault("want one of text and hex");
    }
    Bytes bytes = hex.isPresent() ? hex(hex) : text(text.text(""));
    Question question = new Question(bytes, node.get(ASK_PERIOD));
    node.refuseUnknownKeys();
    return question;
  }

  private static Form form(Node node) {
    String kind = node.get(FORM);
    int most = node.get(MAX);
    Node check = node.at(CHECKSUM);
    Optional<Checksum> checksum =
        check.isPresent() ? Optional.of(Checksum.from(check)) : Optional.empty();
    boolean isBigEndian = check.get(Checksum.ORDER).equals("big");
    Form form = switch (kind) {
      case "frames" -> frames(node, check, most, checksum, isBigEndian);
      case "slip" -> new Slip(new SlipCutter.Form(most, checksum, isBigEndian));
      default -> lines(node, check, most, checksum, isBigEndian);
    };
    if (check.isPresent()) {
      check.refuseUnknownKeys();
    }
    node.refuseUnknownKeys();
    return form;
  }

  private static Form lines(
      Node node, Node check, int most, Optional<Checksum> checksum, boolean isBigEndian) {
    Bytes end = text(node.get(END));
    int controls = LineCutter.Form.USUAL_CONTROLS;
    for (byte control : text(node.get(CONTROLS)).toArray()) {
      if (control < 0 || control >= ' ') {
        node.at(CONTROLS).fault("want control characters, 00 to 1F in hex");
      }
      controls |= 1 << control;
    }
    return new Lines(new LineCutter.Form(
        text(node.get(START)),
        end,
        most,
        controls,
        checksum.map(one -> LineCheck.from(check, one, isBigEndian, end))));
  }

  private static Form frames(
      Node node, Node check, int most, Optional<Checksum> checksum, boolean isBigEndian) {
    Bytes header = hex(node.at(HEADER));
    Node fixed = node.at(LENGTH);
    Node told = node.at(LENGTH_AT);
    if (fixed.isPresent() == told.isPresent()) {
      node.fault("want one of length and length_at");
    }
    int tail = node.get(TAIL);
    int least = header.length() + checksum.map(Checksum::bytes).orElse(0) + tail;
    int fixedBytes = fixed.isPresent() ? (int) fixed.whole(Math.max(2, least), most) : 0;
    int from = check.get(Checksum.FROM);
    if (fixedBytes > 0 && from > fixedBytes - least + header.length()) {
      check.at(Checksum.FROM).fault("beyond the end of the frame");
    }
    return new Frames(new FrameCutter.Form(
        header,
        fixedBytes,
        told.isPresent() ? (int) told.whole(0, 64) : 0,
        node.get(LENGTH_BYTES),
        node.get(LENGTH_ORDER).equals("big"),
        node.get(LENGTH_ADDS),
        most,
        checksum,
        from,
        isBigEndian,
        tail));
  }

  private static Bytes text(String text) {
    return Bytes.of(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Bytes hex(Node node) {
    String digits = node.text(HEX, HEX_WANTED);
    return HEX.matcher(digits).matches() ? Bytes.ofHex(digits.replace(" ", "")) : Bytes.EMPTY;
  }
}
