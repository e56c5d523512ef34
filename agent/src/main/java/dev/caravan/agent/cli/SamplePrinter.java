package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Visible;
import dev.caravan.agent.receive.ReadSamples;
import dev.caravan.agent.receive.Receiver;
import dev.caravan.agent.receive.StreamKey;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.ReadEvent;
import dev.caravan.agent.wire.SampleWalk;
import dev.caravan.agent.wire.StreamKind;
import java.io.IOException;
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

  private final Format format;
  private final LineOutput out;
  private final JsonLine json;
  private final SampleText text;
  private final SampleCsv csv;
  private final SampleLines lines;

  // what was begun last
  private @Nullable StreamKey stream;
  private long sequence;

  private @Nullable String onlyFleet;
  private boolean hasFleets;
  private volatile boolean cutOff;

  public SamplePrinter(Format format, boolean coloured, LineOutput out) {
    this.format = format;
    this.out = out;
    this.json = new JsonLine(out);
    this.text = new SampleText(out, coloured);
    this.csv = new SampleCsv(out, Terminal.OUT.isPresent());
    this.lines = switch (format) {
      case TEXT -> text;
      case JSON -> new SampleJson(out);
      case CSV -> csv;
    };
  }

  /** Writes the heading, where the format has one. */
  void begin() {
    if (format == Format.CSV) {
      write(() -> out.ascii("device,route,seq,t,signal,value,unit,quality,label,fleet,stream\r\n"));
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
  public void samples(StreamKey from, long number, ReadSamples samples) {
    write(() -> {
      begin(from, number);
      lines(samples);
    });
  }

  @Override
  public void sample(StreamKey from, long number, BatchSample sample) {
    write(() -> {
      if (!from.equals(stream) || number != sequence) {
        begin(from, number);
      }
      lines.line(sample);
    });
  }

  private void begin(StreamKey from, long number) {
    lines.begin(from, format == Format.TEXT ? name(from) : "", number, "");
    stream = from;
    sequence = number;
  }

  private void lines(ReadSamples samples) throws IOException {
    for (SampleWalk walk : samples.walks()) {
      while (walk.next()) {
        lines.line(walk);
      }
    }
  }

  /** An event; as JSON and CSV its samples too, with its id in place of a sequence number. */
  @Override
  public void event(StreamKey from, ReadEvent event, ReadSamples samples) {
    write(() -> {
      switch (format) {
        case TEXT -> textEvent(from, event, samples.count());
        case JSON -> jsonEvent(from, event);
        case CSV -> csvEvent(from, event);
      }
      if (format != Format.TEXT) {
        lines.begin(from, "", event.sequence(), event.id().toString());
        stream = null;
        lines(samples);
      }
    });
  }

  private static String title(ReadEvent event) {
    return event.trigger().isEmpty() ? event.kind() : event.trigger();
  }

  private void textEvent(StreamKey from, ReadEvent event, int samples) throws IOException {
    paint(SampleText.BOLD).ascii("EVENT ").plain(title(event));
    paint(SampleText.PLAIN).ascii("  ");
    paint(SampleText.DIM).clock(SampleLines.ns(event.timeUs()));
    out.ascii("  ").plain(name(from)).put('/').plain(event.route()).ascii("  ");
    paint(SampleText.PLAIN).plain(event.text());
    if (samples > 0) {
      paint(SampleText.DIM).ascii("  (samples ").whole(samples).put(')');
      paint(SampleText.PLAIN);
    }
    out.put('\n');
  }

  private LineOutput paint(String colour) throws IOException {
    return text.paint(out, colour);
  }

  private void jsonEvent(StreamKey stream, ReadEvent event) throws IOException {
    SampleJson.open(json, stream).name("event");
    json.open().name("id").text(event.id().toString());
    json.name("seq").unsigned(event.sequence()).name("kind").text(event.kind());
    json.name("trigger").text(event.trigger());
    json.name("t").seconds(SampleLines.ns(event.timeUs())).name("text").text(event.text());
    json.name("paths").texts(event.paths()).close();
    SampleJson.end(json, stream);
  }

  private void csvEvent(StreamKey from, ReadEvent event) throws IOException {
    cell(from.device().device()).put(',');
    cell(event.route()).put(',').ascii(event.id().toString()).put(',');
    out.seconds(SampleLines.ns(event.timeUs())).put(',');
    cell("EVENT " + title(event)).put(',');
    cell(event.text()).ascii(",,,");
    cell(event.kind());
    csv.end(out, from);
  }

  private LineOutput cell(String exact) throws IOException {
    return csv.cell(out, exact);
  }

  @Override
  public void gap(StreamKey stream, long from, long to) {
    boolean isOfEvents = stream.kind() == StreamKind.EVENT;
    write(() -> {
      switch (format) {
        case TEXT -> {
          paint(SampleText.RED).ascii("gap  ").plain(name(stream)).put('/').plain(stream.route());
          out.ascii(isOfEvents ? "  events " : "  batches ");
          out.whole(from).ascii("..").whole(to).ascii(" are missing");
          paint(SampleText.PLAIN).put('\n');
        }
        case JSON -> {
          SampleJson.open(json, stream).name(isOfEvents ? "event_gap" : "gap").open();
          json.name("from").whole(from).name("to").whole(to).close();
          SampleJson.end(json, stream);
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

  @Override
  public void messageEnds() {
    write(out::flush);
  }
}
