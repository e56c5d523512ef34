package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Visible;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.receive.AuditBooks;
import dev.caravan.agent.receive.Receiver;
import dev.caravan.agent.receive.Room;
import dev.caravan.agent.store.Spool;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code caravan audit}: proves of a stream of batches and events that nothing is missing that is not named. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description =
        "Subscribe, or read a recording or a disk queue, and prove for each route of each device, and for"
            + " its events: sequence without holes, no number with two contents, sent = arrived + named losses.",
    footer = {
      "",
      "A subscription ends after --duration or on SIGINT. Prints a line for each route, and for the first",
      "disagreement what it is. A last message or entry that is torn was not there yet: it is told, and is no fault.",
      "Exit code: 0 all agrees, 1 a disagreement, a fault of a disk queue, nothing arrived or no room to",
      "prove all, 2 wrong usage."
    })
final class AuditCommand implements Callable<Integer> {
  /** For what is remembered, and as much for what is proved. */
  private static final int SHARE = 3;

  @Mixin
  private BrokerOption broker = new BrokerOption();

  @Mixin
  private TopicOption topics = new TopicOption();

  @Option(
      names = "--duration",
      paramLabel = "T",
      converter = DurationOption.class,
      description = "End after so long (default: on SIGINT).")
  private @Nullable Duration duration;

  @Option(
      names = "--spool",
      paramLabel = "DIR",
      description =
          "Read the disk queue in DIR, or each in a directory below it, of batches or events, instead of a broker; changes nothing.")
  private @Nullable Path spool;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description =
          "Read what tail --record, or an uplink to files, has written, a file or a folder, instead of a broker.")
  private @Nullable Path file;

  @ParentCommand
  private Caravan caravan = new Caravan();

  @Spec
  private CommandSpec spec = CommandSpec.create();

  private final AuditBooks books = new AuditBooks(Room.share(SHARE), words -> say(words));

  @Override
  public Integer call() throws ConfigException, IOException {
    if (spool == null && file == null) {
      return subscribed();
    }
    ParseResult given = spec.commandLine().getParseResult();
    boolean isOneOnly = (spool == null || file == null)
        && Stream.of("--broker", "--uplink", "--topic", "--duration")
            .noneMatch(given::hasMatchedOption);
    if (!isOneOnly) {
      throw new ParameterException(spec.commandLine(), "want one of a broker, --spool and --file");
    }
    Receiver stream = new Receiver(books, Room.share(SHARE));
    if (spool != null) {
      for (Path each : SpoolCommand.spools(spool)) {
        SpooledStream.read(each, stream, fault -> fault(each, fault));
      }
    } else if (file != null) {
      Recordings.read(file, stream::arrived, err());
    }
    err().flush();
    stream.end();
    return code(books.report(stream.counts(), spec.commandLine().getOut()));
  }

  private static int code(boolean isProved) {
    return isProved ? Caravan.DONE : Caravan.FAILED;
  }

  private void say(String words) {
    err().println(Visible.of(words));
  }

  private void fault(Path queue, Spool.Fault fault) {
    err().println(queue + ": " + fault);
    if (fault.isLoss()) {
      books.fault();
    }
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  private int subscribed() throws ConfigException, IOException {
    Tail tail =
        new Tail(broker.settings(spec), topics.templatesOnly(spec), Optional.empty(), books);
    tail.start();
    Stop stop = caravan.termination().begin();
    stop.await(duration == null ? Long.MAX_VALUE : duration.toNanos());
    tail.close();
    int code = code(books.report(tail.counts(), spec.commandLine().getOut()));
    if (tail.interruptions() > 0) {
      System.err.println("the subscription was interrupted, times=" + tail.interruptions()
          + "; a broker that lost its session has kept nothing meanwhile");
    }
    return code;
  }
}
