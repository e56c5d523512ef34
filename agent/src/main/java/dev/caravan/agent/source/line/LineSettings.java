package dev.caravan.agent.source.line;

import dev.caravan.agent.bytes.Bytes;
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

  private static final int DEFAULT_BAUD = 9600;
  private static final Pattern HEX = Pattern.compile("(?:[0-9A-Fa-f]{2} ?)++");

  /** Copies the list. */
  public LineSettings {
    questions = List.copyOf(questions);
  }

  /** Reads a source's mapping, all keys but those of its {@code decode} list. */
  public static LineSettings from(Node node) {
    node.at("type");
    node.at("decode");
    List<Question> questions = new ArrayList<>();
    for (Node item : node.at("ask").items()) {
      questions.add(question(item));
    }
    LineSettings settings = new LineSettings(
        node.at("name").text(),
        SerialSettings.from(node, DEFAULT_BAUD),
        form(node.at("message")),
        questions);
    node.refuseUnknownKeys();
    return settings;
  }

  private static Question question(Node node) {
    Node text = node.at("text");
    Node hex = node.at("hex");
    if (text.isPresent() == hex.isPresent()) {
      node.fault("want one of text and hex");
    }
    Bytes bytes =
        hex.isPresent() ? hex(hex) : Bytes.of(text.text("").getBytes(StandardCharsets.ISO_8859_1));
    Question question = new Question(bytes, node.at("period").durationNs("10ms", "24h", "1s"));
    node.refuseUnknownKeys();
    return question;
  }

  private static Form form(Node node) {
    String kind = node.at("form").oneOf(List.of("lines", "frames", "slip"), "lines");
    int most = (int) node.at("max").whole(2, 65_536, 512);
    Node check = node.at("checksum");
    Optional<Checksum> checksum =
        check.isPresent() ? Optional.of(Checksum.from(check)) : Optional.empty();
    boolean isBigEndian =
        check.at("order").oneOf(List.of("big", "little"), "big").equals("big");
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
    Bytes end = text(node.at("end"));
    int controls = LineCutter.Form.USUAL_CONTROLS;
    for (byte control : text(node.at("controls")).toArray()) {
      if (control < 0 || control >= ' ') {
        node.at("controls").fault("want control characters, 00 to 1F in hex");
      }
      controls |= 1 << control;
    }
    return new Lines(new LineCutter.Form(
        text(node.at("start")),
        end,
        most,
        controls,
        checksum.map(one -> LineCheck.from(check, one, isBigEndian, end))));
  }

  private static Form frames(
      Node node, Node check, int most, Optional<Checksum> checksum, boolean isBigEndian) {
    Bytes header = hex(node.at("header"));
    Node fixed = node.at("length");
    Node told = node.at("length_at");
    if (fixed.isPresent() == told.isPresent()) {
      node.fault("want one of length and length_at");
    }
    int tail = (int) node.at("tail").whole(0, 64, 0);
    int least = header.length() + checksum.map(Checksum::bytes).orElse(0) + tail;
    int fixedBytes = fixed.isPresent() ? (int) fixed.whole(Math.max(2, least), most) : 0;
    int from = (int) check.at("from").whole(0, 64, 0);
    if (fixedBytes > 0 && from > fixedBytes - least + header.length()) {
      check.at("from").fault("beyond the end of the frame");
    }
    return new Frames(new FrameCutter.Form(
        header,
        fixedBytes,
        told.isPresent() ? (int) told.whole(0, 64) : 0,
        (int) node.at("length_bytes").whole(1, 2, 1),
        node.at("length_order").oneOf(List.of("big", "little"), "big").equals("big"),
        (int) node.at("length_adds").whole(-64, 64, 0),
        most,
        checksum,
        from,
        isBigEndian,
        tail));
  }

  private static Bytes text(Node node) {
    return Bytes.of(node.text("").getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Bytes hex(Node node) {
    String digits = node.text(HEX, "bytes as pairs of hex digits, such as AA 55");
    return HEX.matcher(digits).matches() ? Bytes.ofHex(digits.replace(" ", "")) : Bytes.EMPTY;
  }
}
