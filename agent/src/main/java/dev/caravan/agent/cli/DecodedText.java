package dev.caravan.agent.cli;

import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.dbc.DbcMessage;
import dev.caravan.agent.decode.dbc.DbcPlan;
import dev.caravan.agent.decode.dbc.DbcReading;
import dev.caravan.agent.decode.dbc.DbcSignal;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.CanFrame;
import java.io.IOException;
import java.util.List;

/**
 * One line for each frame, in columns: time, bus, identifier, message, signals.
 *
 * <pre>
 * 1398128223.803317  can0       166  EngineData  Speed=62.4 km/h  Gear=3 "third"
 * </pre>
 */
final class DecodedText implements DecodedFrames {
  private static final int WIDEST_MESSAGE = 32;
  private static final int ID_WIDTH = 8;

  private static final String MESSAGE_COLOUR = "\u001b[36m";
  private static final String LABEL_COLOUR = "\u001b[33m";
  private static final String DIM = "\u001b[2m";
  private static final String NORMAL = "\u001b[0m";

  private final LineOutput out;
  private final boolean isColoured;
  private final int messageWidth;
  private final MessageTexts texts = new MessageTexts(new MessageTexts.Form() {
    @Override
    public byte[] bus(String name) {
      return LineOutput.made(to -> to.blanks(2).plain(name));
    }

    @Override
    public byte[] message(DbcMessage message) {
      return LineOutput.made(to -> coloured(to, MESSAGE_COLOUR, message.name()));
    }

    @Override
    public byte[] name(DbcSignal signal) {
      return LineOutput.made(to -> to.blanks(2).plain(signal.name()).put('='));
    }

    @Override
    public byte[] unit(DbcSignal signal) {
      return LineOutput.made(
          to -> to.ascii(signal.unit().isEmpty() ? "" : " ").plain(signal.unit()));
    }

    @Override
    public byte[] label(String label) {
      return LineOutput.made(to -> coloured(to.put(' '), LABEL_COLOUR, '"' + label + '"'));
    }
  });

  // grows with the names seen
  private int busWidth = 4;

  DecodedText(LineOutput out, DbcPlan plan, boolean isColoured) {
    this.out = out;
    this.isColoured = isColoured;
    int width = 1;
    for (DbcMessage message : plan.messages()) {
      width = Math.max(width, width(message.name()));
    }
    this.messageWidth = Math.min(width, WIDEST_MESSAGE);
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  private void begin(CanFrame frame) throws IOException {
    String bus = frame.channel();
    int width = width(bus);
    busWidth = Math.max(busWidth, width);
    int digits = DecodedFrames.idDigits(frame);
    out.seconds(frame.timeNs()).bytes(texts.bus(bus));
    out.blanks(busWidth - width + 2 + ID_WIDTH - digits);
    out.hex(DecodedFrames.shownId(frame), digits).blanks(2);
  }

  private void coloured(String colour, String text) throws IOException {
    coloured(out, colour, text);
  }

  private void coloured(LineOutput to, String colour, String text) throws IOException {
    if (isColoured) {
      to.ascii(colour).plain(text).ascii(NORMAL);
    } else {
      to.plain(text);
    }
  }

  @Override
  public void known(CanFrame frame, DbcReading reading) throws IOException {
    MessageTexts.Message message = texts.of(reading);
    begin(frame);
    out.bytes(message.head);
    if (reading.size() > 0) {
      out.blanks(messageWidth - width(reading.message().name()));
    }
    if (reading.isPart()) {
      out.put(' ');
      coloured(DIM, "(part of a message of " + reading.message().lengthBytes() + " bytes)");
    }
    for (int i = 0; i < reading.size(); i++) {
      MessageTexts.Signal signal = message.signal(reading, i);
      long raw = reading.rawBits(i);
      out.bytes(signal.name).shown(signal.scale, raw).bytes(signal.unit);
      byte[] label = signal.label(raw);
      if (label != null) {
        out.bytes(label);
      }
      quality(reading.quality(i));
    }
    out.put('\n');
  }

  private void quality(Quality quality) throws IOException {
    if (quality != Quality.OK) {
      out.put(' ');
      coloured(DIM, '(' + DecodedFrames.words(quality) + ')');
    }
  }

  @Override
  public void j1939(CanFrame frame, List<Sample> samples) throws IOException {
    begin(frame);
    String message = DecodedFrames.message(samples.get(0));
    coloured(MESSAGE_COLOUR, message);
    out.blanks(Math.max(0, messageWidth - width(message)));
    for (Sample sample : samples) {
      Signal signal = sample.signal();
      String label = signal.spec().labels().get(sample.rawBits());
      out.blanks(2).plain(DecodedFrames.name(sample)).put('=');
      if (signal.kind() == Kind.TEXT || label != null) {
        coloured(LABEL_COLOUR, '"' + (label == null ? sample.text() : label) + '"');
      } else {
        out.shown(signal.scale(), sample.rawBits());
      }
      quality(sample.quality());
    }
    out.put('\n');
  }

  @Override
  public void unknown(CanFrame frame) throws IOException {
    begin(frame);
    out.ascii(isColoured ? DIM : "").put('-').blanks(messageWidth + 1);
    if (frame.is(CanFrame.REMOTE)) {
      out.ascii("remote request, length ").whole(frame.length());
    } else {
      for (int i = 0; i < frame.length(); i++) {
        out.ascii(i == 0 ? "" : " ").hex(frame.byteAt(i), 2);
      }
      out.ascii(frame.is(CanFrame.ERROR) ? "  error message" : "");
    }
    out.ascii(isColoured ? NORMAL : "").put('\n');
  }
}
