package dev.caravan.agent.decode.dbc;

import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.CanPlace;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.HeardSignals;
import dev.caravan.agent.decode.J1939Id;
import dev.caravan.agent.decode.PathPattern;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalGroup;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.health.Counter;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.Frame;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Turns the CAN frames of one source into groups of samples, by the DBC files of its bus. Allocates nothing for a frame. One
 * thread uses it.
 *
 * <p>A signal is called {@code {source}.{message}.{signal}}; those of a message are one group. With {@link
 * DbcBus#senders} a J1939 message is one for each sender, {@code {source}.SA{address}.{message}.{signal}}; its signals
 * are then defined at the start for the sender that the file names, and for others when they are first heard, as long as
 * there is room for them ({@link HeardSignals}). A frame
 * that is shorter than its message gives the signals that fit; one of several that a message is sent in gives none.
 */
public final class DbcDecoder implements Decoder {
  /** Addresses of all and of none, which a file writes where any sender may be meant. */
  private static final int FIRST_OF_NO_SENDER = 0xFE;

  private static final int SENDERS = 256;
  private static final Known[] NOT_BY_SENDER = {};
  private static final PlannedMessage[] NONE_LATER = {};
  private static final Known NOT_YET = new Known(SignalGroup.NONE, new int[0]);
  private static final Known LEFT_OUT = new Known(SignalGroup.NONE, new int[0]);

  private final String source;
  private final MessageIndex index;
  private final MessagePlan[] plans;
  private final PlannedMessage[] described; // where signals may be defined later, else none
  private final DbcBus bus;
  private final SignalTable table;
  private final HeardSignals heard;
  private final Known[] known; // by message; of a message by senders none
  private final Known[][] bySender; // by message, by sender; of other messages none
  private final DbcReading reading;
  private final Counter unknownBranches;
  private final Counter shortFrames;
  private final Counter parts;
  private final SampleGroup samples = new SampleGroup();

  /** A message whose signals are defined. One thread. */
  private static final class Known {
    private final SignalGroup group;
    private final int[] places; // where its signals stand in their group, in the order of the plan

    Known(SignalGroup group, int[] places) {
      this.group = group;
      this.places = places;
    }
  }

  // of the frame accepted last
  private boolean knewLast;

  /** For the frames of one source; defines all signals of the plan. */
  public DbcDecoder(String source, DbcPlan plan, DbcBus bus, SignalTable table, Health health) {
    this.source = source;
    this.index = plan.index();
    this.plans = plan.plans();
    this.described = bus.senders() ? plan.described() : NONE_LATER;
    this.bus = bus;
    this.table = table;
    this.heard = new HeardSignals(source, table, health);
    this.reading = new DbcReading(plans);
    this.unknownBranches = health.counter(DbcMetrics.MUX_UNKNOWN, source);
    this.shortFrames = health.counter(DbcMetrics.SHORT, source);
    this.parts = health.counter(DbcMetrics.PARTS, source);
    this.known = new Known[plan.size()];
    this.bySender = new Known[plan.size()][];
    for (int i = 0; i < known.length; i++) {
      PlannedMessage message = plan.message(i);
      known[i] = NOT_YET;
      bySender[i] = NOT_BY_SENDER;
      if (!bus.senders() || !message.message().j1939()) {
        known[i] = define(source + "." + message.group(), message);
      } else {
        Known[] ofMessage = new Known[SENDERS];
        Arrays.fill(ofMessage, NOT_YET);
        bySender[i] = ofMessage;
        int sender = J1939Id.sender(message.message().id());
        if (sender < FIRST_OF_NO_SENDER) {
          ofMessage[sender] = define(group(message, sender), message);
        }
      }
    }
  }

  /** Like the other, for a bus with nothing special to it. */
  public DbcDecoder(String source, DbcPlan plan, SignalTable table, Health health) {
    this(source, plan, DbcBus.USUAL, table, health);
  }

  private Known define(String group, PlannedMessage message) {
    SignalGroup defined = SignalGroup.NONE;
    int[] places = new int[message.size()];
    for (int i = 0; i < places.length; i++) {
      DbcSignal each = message.signal(i);
      Signal signal = table.define(spec(group, each), place(message.message(), each));
      defined = table.group(signal);
      places[i] = signal.place();
    }
    return new Known(defined, places);
  }

  private static String place(DbcMessage message, DbcSignal signal) {
    return CanPlace.of(
        message.id(),
        message.extended(),
        signal.startBit(),
        signal.lengthBits(),
        signal.bigEndian());
  }

  private String group(PlannedMessage message, int sender) {
    return String.format(Locale.ROOT, "%s.SA%02X.%s", source, sender, message.group());
  }

  /** Reads the files of one source's bus and makes their decoder; faults and warnings go to {@code faults}. */
  public static DbcDecoder of(
      String source,
      List<DbcSettings> files,
      DbcBus bus,
      SignalTable table,
      Health health,
      Faults faults) {
    return new DbcDecoder(source, DbcPlan.read(files, bus, faults), bus, table, health);
  }

  private static SignalSpec spec(String group, DbcSignal signal) {
    return new SignalSpec(
        group + "." + DbcPlan.pathPart(signal.name()),
        group,
        signal.unit(),
        signal.kind(),
        signal.factor(),
        signal.offset(),
        signal.min(),
        signal.max(),
        signal.labels());
  }

  /** Whether a frame is one of several in which an NMEA 2000 bus sends a message, to be joined before it is read. */
  public boolean isFastPacket(CanFrame frame) {
    return index.isFastPacket(frame, plans);
  }

  @Override
  public List<PathPattern> mayHear() {
    return bus.senders() ? List.of(PathPattern.of(source + ".*.*.*")) : List.of();
  }

  @Override
  public boolean knewLast() {
    return knewLast;
  }

  @Override
  public void accept(Frame in, Consumer<? super SampleGroup> out) {
    int found = in instanceof CanFrame frame ? index.find(frame) : -1;
    knewLast = found >= 0;
    if (found >= 0) {
      read((CanFrame) in, found, out);
    }
  }

  private void read(CanFrame frame, int found, Consumer<? super SampleGroup> out) {
    MessagePlan message = plans[found];
    Known[] senders = bySender[found];
    Known ofMessage = senders.length == 0
        ? known[found]
        : ofSender(senders, described[found], J1939Id.sender(frame.id()));
    if (ofMessage == LEFT_OUT) {
      knewLast = false;
      return;
    }
    message.read(frame, reading);
    if (reading.size() > 0) {
      gather(ofMessage, message, frame.timeNs());
      out.accept(samples);
    }
    if (reading.isUnknownBranch()) {
      unknownBranches.increment();
    }
    if (reading.isShort()) {
      shortFrames.increment();
    }
    // fast packets are joined elsewhere
    if (reading.isPart() && !message.isNmea2000()) {
      parts.increment();
    }
  }

  private void gather(Known ofMessage, MessagePlan message, long timeNs) {
    samples.begin(ofMessage.group, timeNs);
    int[] places = ofMessage.places;
    boolean isJudged = !message.isAllOk(reading, bus.upperRanges());
    if (reading.isAll() && !isJudged) {
      samples.add(places, reading.raws(), reading.size());
      return;
    }
    for (int i = 0; i < reading.size(); i++) {
      int place = reading.place(i);
      long raw = reading.rawBits(i);
      samples.add(places[place], raw);
      if (isJudged) {
        samples.qualify(message.quality(place, raw, bus.upperRanges()));
      }
    }
  }

  private Known ofSender(Known[] senders, PlannedMessage message, int sender) {
    Known ofSender = senders[sender];
    if (ofSender == LEFT_OUT) {
      heard.count();
    } else if (ofSender == NOT_YET) {
      String group = group(message, sender);
      ofSender = heard.admits(message.size(), group) ? define(group, message) : LEFT_OUT;
      senders[sender] = ofSender;
    }
    return ofSender;
  }
}
