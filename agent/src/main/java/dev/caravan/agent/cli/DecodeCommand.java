package dev.caravan.agent.cli;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.config.FileRoom;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.dbc.DbcFile;
import dev.caravan.agent.decode.dbc.DbcOptions;
import dev.caravan.agent.decode.dbc.DbcPlan;
import dev.caravan.agent.decode.dbc.DbcReading;
import dev.caravan.agent.decode.dbc.QualityTable;
import dev.caravan.agent.decode.j1939.J1939Metrics;
import dev.caravan.agent.health.Words;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.replay.LogReader;
import dev.caravan.agent.source.replay.UnreadableLogException;
import dev.caravan.agent.source.replay.Verdict;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caravan decode}: a log of CAN frames in, decoded signals out. */
@Command(
    name = "decode",
    mixinStandardHelpOptions = true,
    description = "Decodes a log of CAN frames by DBC files.",
    footer = {
      "",
      "The log may be candump (log or screen form), Vector ASC, a PCAN trace, a text",
      "export of BusMaster, CRTD or Microchip's analyzer, or a table (CSV) of mdf2csv,",
      "python-can, GVRET or SavvyCAN; packed with gzip or not, in UTF-8 or UTF-16.",
      "Anything else is refused by name.",
      "Where a DBC file is J1939, messages that are sent in packets are joined first,",
      "and trouble codes (DM1, DM2, ...) and identifications are printed whether or",
      "not a DBC file has them. Where it is NMEA 2000, fast packets are joined too.",
      "A frame that is a part of a longer message, which nothing joins, is printed",
      "without signals.",
      "",
      "Exit code: 0 done, 1 nothing could be read, 2 wrong usage or a file that is not there."
    })
public final class DecodeCommand implements Callable<Integer> {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int WRONG = 2;

  private final InputStream in;
  private final OutputStream stdout;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = "--dbc",
      paramLabel = "FILE",
      description = "A DBC file; may be given again. Where two know one id, the first counts.")
  private List<Path> dbcs = new ArrayList<>();

  @Option(
      names = "--j1939",
      description = "The buses are J1939, whether or not a DBC file says so: 29-bit messages are"
          + " matched by parameter group. Needs no DBC file for trouble codes.")
  private boolean isJ1939;

  @Option(
      names = "--nmea2000",
      description = "The buses are NMEA 2000, whether or not a DBC file says so: also joins fast"
          + " packets, of messages that have more than 8 bytes in a DBC file.")
  private boolean isNmea2000;

  @Option(
      names = "--id-mask",
      paramLabel = "HEX",
      description = "Match 29-bit messages by these bits of their ids where no id is exactly the"
          + " same: 03FFE000 for GMLAN, whatever sender and priority.")
  private String idMask = "1FFFFFFF";

  @Option(
      names = "--qualities",
      paramLabel = "FILE",
      description =
          "A table of labels and raw values that mean there is no value, for all DBC files.")
  private @Nullable Path qualities;

  @Option(
      names = "--encoding",
      paramLabel = "WORD",
      defaultValue = "auto",
      description =
          "Encoding of the DBC files: auto, utf-8, gb18030, big5, shift-jis, euc-kr, cp1250,"
              + " cp1251, cp1252. Default: auto.")
  private String encoding = "auto";

  @Option(
      names = {"-f", "--format"},
      paramLabel = "text|json|csv",
      defaultValue = "text",
      description = "text: a line for each frame; json: an object for each; csv: a row for each"
          + " signal. Default: text.")
  private String format = "text";

  @Option(names = "--all", description = "Print frames that no DBC file knows, too.")
  private boolean isAll;

  @Parameters(
      arity = "0..1",
      paramLabel = "LOG",
      defaultValue = "-",
      description = "The log; - or none for standard input.")
  private String log = "-";

  // while it runs
  private final HigherProtocol protocol = new HigherProtocol();
  private long parts;
  private String firstPart = "";

  DecodeCommand() {
    this(new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out));
  }

  /** With streams in place of the standard ones. */
  DecodeCommand(InputStream in, OutputStream stdout) {
    this.in = in;
    this.stdout = stdout;
  }

  @Override
  public Integer call() {
    if (!List.of("text", "json", "csv").contains(format)) {
      throw new ParameterException(
          spec.commandLine(), "--format: want text, json or csv, got '" + format + "'");
    }
    if (dbcs.isEmpty() && !isJ1939) {
      throw new ParameterException(
          spec.commandLine(), "want --dbc FILE, or --j1939 for what J1939 says by itself");
    }
    DbcPlan plan = plan();
    LineOutput out = new LineOutput(stdout);
    if (plan == null || !isLogThere()) {
      return WRONG;
    }
    try (LogFrames read = open(out)) {
      J1939Messages j1939 = new J1939Messages(plan, isJ1939);
      long known = decode(read, plan, j1939, printer(out, plan));
      out.flush();
      return summary(read.reader(), known, j1939);
    } catch (LineOutput.ClosedException e) {
      if (!e.isByReader()) {
        say("cannot write: " + Words.of(e));
      }
      return e.isByReader() ? DONE : FAILED;
    } catch (UnreadableLogException e) {
      say(logName() + ": " + Words.reason(e));
      return FAILED;
    } catch (IOException e) {
      return unreadable(out, e);
    }
  }

  private DecodedFrames printer(LineOutput out, DbcPlan plan) throws IOException {
    return switch (format) {
      case "json" -> new DecodedJson(out);
      case "csv" -> new DecodedCsv(out, Terminal.OUT.isPresent());
      default -> new DecodedText(out, plan, Terminal.OUT.isColoured());
    };
  }

  private String logName() {
    return log.equals("-") ? "standard input" : log;
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  private void say(String line) {
    err().println(line);
    err().flush();
  }

  private int mask() {
    try {
      return DbcOptions.mask(idMask);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--id-mask: " + e.getMessage(), e);
    }
  }

  private DbcOptions.Encoding encoding() {
    return DbcOptions.Encoding.of(encoding)
        .orElseThrow(() -> new ParameterException(
            spec.commandLine(),
            "--encoding: want one of " + String.join(", ", DbcOptions.Encoding.words()) + ", got '"
                + encoding + "'"));
  }

  private DbcOptions options() {
    return new DbcOptions(
        encoding(),
        false,
        isJ1939 ? DbcOptions.J1939.ON : DbcOptions.J1939.AUTO,
        isNmea2000 ? DbcOptions.Nmea2000.ON : DbcOptions.Nmea2000.AUTO,
        mask());
  }

  /** The plan of all DBC files; null, and said why, if one cannot be read. */
  private @Nullable DbcPlan plan() {
    Faults faults = new Faults();
    DbcOptions options = options();
    List<DbcFile> files = new ArrayList<>();
    QualityTable table = qualities == null ? null : QualityTable.read(qualities, faults);
    for (Path dbc : dbcs) {
      int before = faults.found().size();
      DbcFile file = DbcFile.read(dbc, options, faults);
      if (file.messages().isEmpty() && faults.found().size() == before) {
        faults.warn(dbc.toString(), "no message in it; is it a DBC file?");
      }
      files.add(table == null ? file : table.applied(file));
    }
    if (table != null) {
      table.tellUnused();
    }
    boolean isGood = faults.found().isEmpty();
    DbcPlan plan = isGood ? planned(files, faults) : null;
    for (Fault warning : faults.warnings()) {
      say(warning.toString());
    }
    for (Fault fault : faults.found()) {
      say(fault.toString());
    }
    return plan;
  }

  /** Null, and a fault, where all files together are too large. */
  private static @Nullable DbcPlan planned(List<DbcFile> files, Faults faults) {
    String all =
        files.stream().map(file -> file.path().toString()).collect(Collectors.joining(", "));
    return FileRoom.orFault(
            Path.of(all),
            faults,
            Optional.<DbcPlan>empty(),
            () -> Optional.of(DbcPlan.of(files, faults)))
        .orElse(null);
  }

  private boolean isLogThere() {
    if (log.equals("-")) {
      if (Terminal.IN.isPresent() && in instanceof FileInputStream) {
        throw new ParameterException(
            spec.commandLine(), "no log: want a LOG file, or one through a pipe");
      }
      return true;
    }
    Path file = Path.of(log);
    String why = !Files.exists(file)
        ? "no such file"
        : Files.isDirectory(file)
            ? "want a file, got a folder"
            : !Files.isReadable(file) ? "cannot be read, permission denied" : "";
    if (!why.isEmpty()) {
      say(log + ": " + why);
    } else if (!Files.isRegularFile(file) && !FileRoom.isHandedOver(file)) {
      say(log + ": a device or a pipe; waits for what comes, until its end");
    }
    return why.isEmpty();
  }

  private LogFrames open(LineOutput out) throws IOException {
    boolean isAhead = Runtime.getRuntime().availableProcessors() > 1;
    if (log.equals("-")) {
      return LogFrames.of(in, isAhead, out::flush);
    }
    // what is no plain file may be written to as it is read
    return Files.isRegularFile(Path.of(log))
        ? LogFrames.open(Path.of(log), isAhead, out::flush)
        : LogFrames.of(new FileInputStream(log), isAhead, out::flush);
  }

  /** Prints every frame; how many of them were known. */
  private long decode(LogFrames read, DbcPlan plan, J1939Messages j1939, DecodedFrames frames)
      throws IOException {
    DbcReading reading = plan.newReading();
    ProgressLine progress = progress();
    long known = 0;
    try {
      for (LogFrames.Some some = read.next(); some != null; some = read.next()) {
        for (int i = 0; i < some.size(); i++) {
          known += printWithJoined(some.frame(i), plan, reading, j1939, frames);
        }
        if (progress != null) {
          progress.at(some.positionBytes(), some.lineNumber());
        }
      }
    } finally {
      if (progress != null) {
        progress.end();
      }
    }
    return known;
  }

  private int printWithJoined(
      CanFrame frame, DbcPlan plan, DbcReading reading, J1939Messages j1939, DecodedFrames frames)
      throws IOException {
    boolean isKnown = print(frame, plan, reading, j1939, frames);
    protocol.heard(frame, isKnown);
    CanFrame joined = j1939.join(frame);
    boolean isJoinedKnown = joined != null && print(joined, plan, reading, j1939, frames);
    return (isKnown ? 1 : 0) + (isJoinedKnown ? 1 : 0);
  }

  private boolean print(
      CanFrame frame, DbcPlan plan, DbcReading reading, J1939Messages j1939, DecodedFrames frames)
      throws IOException {
    if (j1939.isFastPacket(frame)) {
      if (isAll) {
        frames.unknown(frame);
      }
      return true;
    }
    boolean isInDbc = plan.read(frame, reading);
    if (isInDbc) {
      frames.known(frame, reading);
      if (reading.isPart() && parts++ == 0) {
        firstPart = reading.message().name() + " of " + reading.message().lengthBytes() + " bytes";
      }
    }
    List<Sample> samples = j1939.samples(frame);
    if (!samples.isEmpty()) {
      frames.j1939(frame, samples);
    }
    boolean isKnown = isInDbc || !samples.isEmpty();
    if (!isKnown && isAll) {
      frames.unknown(frame);
    }
    return isKnown;
  }

  /** Shown only where it disturbs nothing: on a terminal that the results do not go to. */
  private @Nullable ProgressLine progress() throws IOException {
    if (log.equals("-") || !Terminal.ERR.isPresent() || Terminal.OUT.isPresent()) {
      return null;
    }
    long sizeBytes = Files.size(Path.of(log));
    return sizeBytes > 0 ? new ProgressLine(err(), sizeBytes, System::nanoTime) : null;
  }

  private int summary(LogReader reader, long known, J1939Messages j1939) {
    long frames = reader.count(Verdict.FRAME);
    long malformed = reader.malformed();
    if (malformed > 0) {
      String kinds = Stream.of(Verdict.values())
          .filter(verdict -> verdict.isMalformed() && reader.count(verdict) > 0)
          .map(verdict -> reader.count(verdict) + " " + verdict.words() + " (first: line "
              + reader.firstLine(verdict) + ")")
          .collect(Collectors.joining(", "));
      say(logName() + ": lines that could not be read: " + malformed + "; " + kinds);
    }
    reader.remarks().forEach(remark -> say(logName() + ": " + remark));
    if (frames == 0 && malformed == 0) {
      say(logName() + ": no frame in it");
    }
    if (frames > 0 && known == 0) {
      say(logName() + ": frames " + frames + ", and "
          + (dbcs.isEmpty()
              ? "none of them is a message that J1939 explains by itself"
              : "no DBC file knows any of them"));
    }
    protocol
        .hint(j1939.isOn(), isNmea2000 || j1939.isNmea2000())
        .ifPresent(hint -> say(logName() + ": " + hint));
    if (parts > 0) {
      say(logName() + ": frames without values because they are a part of a longer message: "
          + parts + " (first: " + firstPart + ")"
          + (isNmea2000 ? "" : "; fast packets of NMEA 2000 are joined with --nmea2000"));
    }
    long late = j1939.lost(J1939Metrics.TIMEOUTS);
    long broken = j1939.lost(J1939Metrics.ABORTED);
    if (late + broken > 0) {
      say(logName() + ": messages in packets that did not become whole: " + (late + broken)
          + "; a packet too late: " + late + ", packets missing or a sender that ended it: "
          + broken);
    }
    return frames == 0 && malformed > 0 ? FAILED : DONE;
  }

  private int unreadable(LineOutput out, IOException e) {
    say(logName() + ": cannot be read on: " + Words.reason(e));
    try {
      out.flush();
    } catch (IOException closed) {
      // already failed, and said so
      return FAILED;
    }
    return FAILED;
  }
}
