package dev.caravan.agent.cli;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.dbc.DbcFile;
import dev.caravan.agent.decode.dbc.DbcOptions;
import dev.caravan.agent.decode.dbc.DbcPlan;
import dev.caravan.agent.decode.dbc.DbcReading;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.replay.LogReader;
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
      "The log may be candump (log or screen form), Vector ASC, a PCAN trace, or a text export of",
      "BusMaster, CRTD, GVRET or Microchip's analyzer; packed with gzip or not.",
      "Where a DBC file is J1939, messages that are sent in packets are joined first, and trouble",
      "codes (DM1, DM2, ...) and identifications are printed whether or not a DBC file has them.",
      "",
      "Exit code: 0 done, 1 nothing could be read, 2 wrong usage or a file that is not there."
    })
public final class DecodeCommand implements Callable<Integer> {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int WRONG = 2;

  /** Lines between two looks at the clock. */
  private static final int PROGRESS_LINES = 4096;

  private final InputStream in;
  private final OutputStream stdout;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Option(
      names = "--dbc",
      required = true,
      paramLabel = "FILE",
      description = "A DBC file; may be given again. Where two know one id, the first counts.")
  private List<Path> dbcs = new ArrayList<>();

  @Option(
      names = {"-f", "--format"},
      paramLabel = "text|json",
      defaultValue = "text",
      description = "text: a line for each frame; json: an object for each. Default: text.")
  private String format = "text";

  @Option(names = "--all", description = "Print frames that no DBC file knows, too.")
  private boolean isAll;

  @Parameters(
      arity = "0..1",
      paramLabel = "LOG",
      defaultValue = "-",
      description = "The log; - or none for standard input.")
  private String log = "-";

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
    if (!format.equals("text") && !format.equals("json")) {
      throw new ParameterException(
          spec.commandLine(), "option -f: want text or json, got '" + format + "'");
    }
    DbcPlan plan = plan();
    LineOutput out = new LineOutput(stdout);
    if (plan == null || !isLogThere()) {
      return WRONG;
    }
    DecodedFrames frames = format.equals("json")
        ? new DecodedJson(out)
        : new DecodedText(out, plan, Terminal.OUT.isColoured());
    try (LogReader reader = open(out)) {
      long known = decode(reader, plan, frames);
      out.flush();
      return summary(reader, known);
    } catch (LineOutput.ClosedException e) {
      if (!e.isByReader()) {
        say("cannot write: " + e.getMessage());
      }
      return e.isByReader() ? DONE : FAILED;
    } catch (IOException e) {
      return unreadable(out, e);
    }
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

  /** The plan of all DBC files; null, and said why, if one cannot be read. */
  private @Nullable DbcPlan plan() {
    Faults faults = new Faults();
    List<DbcFile> files = new ArrayList<>();
    for (Path dbc : dbcs) {
      int before = faults.found().size();
      DbcFile file = DbcFile.read(dbc, DbcOptions.TOLERANT, faults);
      if (file.messages().isEmpty() && faults.found().size() == before) {
        faults.warn(dbc.toString(), "no message in it; is it a DBC file?");
      }
      files.add(file);
    }
    boolean isGood = faults.found().isEmpty();
    DbcPlan plan = isGood ? DbcPlan.of(files, faults) : null;
    for (Fault warning : faults.warnings()) {
      say(warning.toString());
    }
    for (Fault fault : faults.found()) {
      say(fault.toString());
    }
    return plan;
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
    }
    return why.isEmpty();
  }

  private LogReader open(LineOutput out) throws IOException {
    if (log.equals("-")) {
      return LogReader.of(out.flushedBefore(in));
    }
    // what is no plain file may be written to as it is read
    return Files.isRegularFile(Path.of(log))
        ? LogReader.open(Path.of(log))
        : LogReader.of(out.flushedBefore(new FileInputStream(log)));
  }

  /** Prints every frame; how many of them were known. */
  private long decode(LogReader reader, DbcPlan plan, DecodedFrames frames) throws IOException {
    DbcReading reading = plan.newReading();
    CanFrame frame = new CanFrame();
    J1939Messages j1939 = new J1939Messages();
    ProgressLine progress = progress();
    long known = 0;
    try {
      Verdict verdict = reader.next(frame);
      for (long lines = 1; verdict != Verdict.END; lines++) {
        if (verdict == Verdict.FRAME) {
          known += print(frame, plan, reading, j1939, frames) ? 1 : 0;
          CanFrame joined = plan.hasJ1939() ? j1939.join(frame) : null;
          if (joined != null) {
            known += print(joined, plan, reading, j1939, frames) ? 1 : 0;
          }
        }
        if (progress != null && lines % PROGRESS_LINES == 0) {
          progress.at(reader.positionBytes(), reader.lineNumber());
        }
        verdict = reader.next(frame);
      }
    } finally {
      if (progress != null) {
        progress.end();
      }
    }
    return known;
  }

  private boolean print(
      CanFrame frame, DbcPlan plan, DbcReading reading, J1939Messages j1939, DecodedFrames frames)
      throws IOException {
    boolean isInDbc = plan.read(frame, reading);
    if (isInDbc) {
      frames.known(frame, reading);
    }
    List<Sample> samples = plan.hasJ1939() ? j1939.samples(frame) : List.of();
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

  private int summary(LogReader reader, long known) {
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
    if (frames > 0 && known == 0) {
      say(logName() + ": frames " + frames + ", and no DBC file knows any of them");
    }
    return frames == 0 && malformed > 0 ? FAILED : DONE;
  }

  private int unreadable(LineOutput out, IOException e) {
    say(logName() + ": cannot be read on: " + e.getMessage());
    try {
      out.flush();
    } catch (IOException closed) {
      // already failed, and said so
      return FAILED;
    }
    return FAILED;
  }
}
