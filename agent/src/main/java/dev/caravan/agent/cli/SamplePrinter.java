package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Visible;
import dev.caravan.agent.receive.ReadSamples;
import dev.caravan.agent.receive.Receiver;
import dev.caravan.agent.receive.StreamKey;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.signal.Scale;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.ReadEvent;
import dev.caravan.agent.wire.StreamKind;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.IdentityHashMap;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes samples, events and gaps, one a line: for people, as JSON, or as CSV. One thread at a time. */
public final class SamplePrinter implements Receiver.Listener {
  /** How a line looks. */
  public enum Format {
    /** Aligned, for people. */
    TEXT,
    /** One JSON object. */
    JSON,
    /** Comma-separated, RFC 4180, with a heading. */
    CSV
  }

  private static final Logger LOG = LoggerFactory.getLogger(SamplePrinter.class);

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final long NS_PER_US = 1000;
  private static final int PATH_WIDTH = 60;
  private static final int MOST_SCALES = 100_000;
  private static final String DIM = "\u001b[2m";
  private static final String RED = "\u001b[31m";
  private static final String BOLD = "\u001b[1m";
  private static final String PLAIN = "\u001b[0m";

  private final Format format;
  private final boolean isForTerminal = Terminal.OUT.isPresent();
  private final boolean coloured;
  private final LineOutput out;
  private final JsonLine json;

  /** By the signals of the schemas that came. */
  private final IdentityHashMap<SignalSpec, Scale> scales = new IdentityHashMap<>();

  private @Nullable String onlyFleet;
  private boolean hasFleets;
  private volatile boolean cutOff;

  public SamplePrinter(Format format, boolean coloured, LineOutput out) {
    this.format = format;
    this.coloured = coloured;
    this.out = out;
    this.json = new JsonLine(out);
  }

  /** Writes the heading, where the format has one. */
  void begin() {
    if (format == Format.CSV) {
      write(() -> out.ascii("device,route,seq,t,signal,value,unit,quality,label,fleet\r\n"));
    }
  }

  /** Whether nobody reads what is printed any more. */
  boolean isCutOff() {
    return cutOff;
  }

  private interface Writing {
    void write() throws IOException;
  }

  private void write(Writing writing) {
    if (!cutOff) {
      try {
        writing.write();
      } catch (IOException e) {
        cutOff = true;
      }
    }
  }

  @Override
  public void sample(StreamKey stream, long sequence, BatchSample sample) {
    write(() -> {
      switch (format) {
        case TEXT -> text(stream, sample);
        case JSON -> json(stream, sequence, "", sample);
        case CSV -> csv(stream, Long.toString(sequence), sample);
      }
    });
  }

  /** An event; as JSON and CSV its samples too, with its id in place of a sequence number. */
  @Override
  public void event(StreamKey stream, ReadEvent event, ReadSamples samples) {
    String id = event.id().toString();
    write(() -> {
      switch (format) {
        case TEXT -> textEvent(stream, event, samples.count());
        case JSON -> {
          jsonEvent(stream, event);
          for (BatchSample sample : samples) {
            json(stream, 0, id, sample);
          }
        }
        case CSV -> {
          csvEvent(stream, event);
          for (BatchSample sample : samples) {
            csv(stream, id, sample);
          }
        }
      }
    });
  }

  private static String title(ReadEvent event) {
    return event.trigger().isEmpty() ? event.kind() : event.trigger();
  }

  private void textEvent(StreamKey stream, ReadEvent event, int samples) throws IOException {
    paint(BOLD).ascii("EVENT ").plain(title(event));
    paint(PLAIN).ascii("  ");
    paint(DIM).ascii(CLOCK.format(Instant.EPOCH.plusNanos(event.timeUs() * NS_PER_US)));
    out.ascii("  ").plain(name(stream)).put('/').plain(event.route()).ascii("  ");
    paint(PLAIN).plain(event.text());
    if (samples > 0) {
      paint(DIM).ascii("  (samples ").whole(samples).put(')');
      paint(PLAIN);
    }
    out.put('\n');
  }

  private void jsonEvent(StreamKey stream, ReadEvent event) throws IOException {
    open(stream).name("event");
    json.open().name("id").text(event.id().toString());
    json.name("seq").unsigned(event.sequence()).name("kind").text(event.kind());
    json.name("trigger").text(event.trigger());
    json.name("t").seconds(event.timeUs() * NS_PER_US).name("text").text(event.text());
    json.name("paths").texts(event.paths()).close();
    end(stream);
  }

  private void csvEvent(StreamKey stream, ReadEvent event) throws IOException {
    cell(stream.device().device());
    out.put(',');
    cell(event.route());
    out.put(',').ascii(event.id().toString()).put(',');
    out.seconds(event.timeUs() * NS_PER_US).put(',');
    cell("EVENT " + title(event));
    out.put(',');
    cell(event.text());
    out.ascii(",,,");
    cell(event.kind());
    fleet(stream);
  }

  private void text(StreamKey stream, BatchSample sample) throws IOException {
    String path = sample.signal().path();
    paint(DIM).ascii(CLOCK.format(Instant.EPOCH.plusNanos(sample.timeUs() * NS_PER_US)));
    out.ascii("  ").plain(name(stream)).put('/').plain(stream.route()).ascii("  ");
    paint(PLAIN).plain(path).blanks(Math.max(1, PATH_WIDTH - path.length()));
    paint(sample.quality() == Quality.OK ? BOLD : RED);
    if (sample.quality().hasValue()) {
      value(sample);
      paint(PLAIN);
      if (!sample.signal().unit().isEmpty()) {
        out.put(' ').plain(sample.signal().unit());
      }
      if (sample.label().isPresent()) {
        out.ascii(" (").plain(sample.label().get()).put(')');
      }
    } else {
      out.put('-');
      paint(PLAIN);
    }
    if (sample.quality() != Quality.OK) {
      paint(RED).ascii("  ").ascii(word(sample.quality()));
      paint(PLAIN);
    }
    out.put('\n');
  }

  private LineOutput paint(String colour) throws IOException {
    return coloured ? out.ascii(colour) : out;
  }

  /** {@code event} is empty for a sample of a batch. */
  private void json(StreamKey stream, long sequence, String event, BatchSample sample)
      throws IOException {
    open(stream);
    if (event.isEmpty()) {
      json.name("seq").whole(sequence);
    } else {
      json.name("event").text(event);
    }
    json.name("t").seconds(sample.timeUs() * NS_PER_US);
    json.name("signal").text(sample.signal().path()).name("value");
    if (sample.quality().hasValue()) {
      jsonValue(sample);
      if (sample.label().isPresent()) {
        json.name("label").text(sample.label().get());
      }
    } else {
      json.none();
    }
    json.name("unit").text(sample.signal().unit());
    json.name("quality").text(word(sample.quality()));
    end(stream);
  }

  private void jsonValue(BatchSample sample) throws IOException {
    switch (sample.signal().kind()) {
      case TEXT -> json.text(sample.text());
      case BYTES -> json.text(sample.bytes().toString());
      case BOOLEAN -> json.flag(sample.rawBits() != 0);
      default -> json.value(scale(sample), sample.rawBits());
    }
  }

  private void csv(StreamKey stream, String sequence, BatchSample sample) throws IOException {
    cell(stream.device().device());
    out.put(',');
    cell(stream.route());
    out.put(',').ascii(sequence).put(',');
    out.seconds(sample.timeUs() * NS_PER_US).put(',');
    cell(sample.signal().path());
    out.put(',');
    if (sample.quality().hasValue()) {
      value(sample);
    }
    out.put(',');
    cell(sample.signal().unit());
    out.put(',').ascii(word(sample.quality())).put(',');
    cell(sample.quality().hasValue() ? sample.label().orElse("") : "");
    fleet(stream);
  }

  private void cell(String text) throws IOException {
    out.cell(text, isForTerminal);
  }

  /** The value for text and CSV. */
  private void value(BatchSample sample) throws IOException {
    switch (sample.signal().kind()) {
      case TEXT -> {
        if (format == Format.CSV) {
          cell(sample.text());
        } else {
          out.plain(sample.text());
        }
      }
      case BYTES -> out.ascii(sample.bytes().toString());
      case BOOLEAN -> out.ascii(Boolean.toString(sample.rawBits() != 0));
      default -> {
        if (format == Format.CSV) {
          out.exact(scale(sample), sample.rawBits());
        } else {
          out.shown(scale(sample), sample.rawBits());
        }
      }
    }
  }

  private Scale scale(BatchSample sample) {
    if (scales.size() > MOST_SCALES) {
      scales.clear(); // of schemas that came again and again
    }
    return scales.computeIfAbsent(sample.signal(), SignalSpec::scale);
  }

  private static String word(Quality quality) {
    return quality.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void gap(StreamKey stream, long from, long to) {
    boolean isOfEvents = stream.kind() == StreamKind.EVENT;
    write(() -> {
      switch (format) {
        case TEXT -> {
          paint(RED).ascii("gap  ").plain(name(stream)).put('/').plain(stream.route());
          out.ascii(isOfEvents ? "  events " : "  batches ");
          out.whole(from).ascii("..").whole(to).ascii(" are missing");
          paint(PLAIN).put('\n');
        }
        case JSON -> {
          open(stream).name(isOfEvents ? "event_gap" : "gap").open();
          json.name("from").whole(from).name("to").whole(to).close();
          end(stream);
        }
        case CSV ->
          say((isOfEvents ? "event gap: " : "gap: ") + name(stream) + "/" + stream.route() + ": "
              + from + ".." + to);
      }
    });
  }

  @Override
  public void replaced(StreamKey stream) {
    say(name(stream) + stream.behindDevice() + ": a new stream began " + Receiver.WHY_REPLACED);
  }

  @Override
  public void tells(String words) {
    LOG.warn("{}", words);
  }

  private static void say(String line) {
    System.err.println(Visible.of(line));
  }

  /** A device as it is shown: with its fleet where there is more than one. */
  private String name(StreamKey stream) {
    String fleet = stream.device().fleet();
    if (onlyFleet == null) {
      onlyFleet = fleet;
    }
    hasFleets |= !fleet.equals(onlyFleet);
    return hasFleets ? stream.device().toString() : stream.device().device();
  }

  private JsonLine open(StreamKey stream) throws IOException {
    return json.open()
        .name("device")
        .text(stream.device().device())
        .name("route")
        .text(stream.route());
  }

  private void end(StreamKey stream) throws IOException {
    json.name("fleet").text(stream.device().fleet()).close().end();
  }

  /** The last cell of a line. */
  private void fleet(StreamKey stream) throws IOException {
    out.put(',');
    cell(stream.device().fleet());
    out.ascii("\r\n");
  }

  @Override
  public void messageEnds() {
    write(out::flush);
  }
}
