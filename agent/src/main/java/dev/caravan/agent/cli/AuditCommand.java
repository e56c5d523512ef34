package dev.caravan.agent.cli;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.encode.telemetry.BatchSample;
import dev.caravan.agent.encode.telemetry.ReadBatch;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code caravan audit}: proves of a stream of batches that nothing is missing that is not named. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description =
        "Subscribe, and prove for each route of each device: sequence without holes, no number with two"
            + " contents, sent = arrived + named losses.",
    footer = {
      "",
      "Ends after --duration or on SIGINT, prints a line for each route, and for the first disagreement what it is.",
      "Exit code: 0 all agrees, 1 a disagreement or nothing arrived, 2 wrong usage."
    })
final class AuditCommand implements Callable<Integer> {
  @Mixin
  private BrokerOption broker = new BrokerOption();

  @Option(
      names = "--duration",
      paramLabel = "T",
      converter = DurationOption.class,
      description = "End after so long (default: on SIGINT).")
  private @Nullable Duration duration;

  @Spec
  private CommandSpec spec = CommandSpec.create();

  private final Map<String, Audit> routes = new TreeMap<>();

  @Override
  public Integer call() throws ConfigException, IOException {
    Termination termination = new Termination();
    Tail tail =
        new Tail(broker.settings(spec), "caravan/v1/+/+/data/+", Optional.empty(), new Books());
    tail.start();
    Stop stop = termination.stop();
    stop.await(duration == null ? Long.MAX_VALUE : duration.toNanos());
    tail.close();
    int code = report(tail.counts());
    if (tail.interruptions() > 0) {
      System.err.println("the subscription was interrupted, times=" + tail.interruptions()
          + "; a broker that lost its session has kept nothing meanwhile");
    }
    termination.ended(code);
    return code;
  }

  private int report(TailStream.Counts counts) {
    PrintWriter out = spec.commandLine().getOut();
    boolean isGood = !routes.isEmpty() && counts.unreadable() == 0;
    for (Map.Entry<String, Audit> route : routes.entrySet()) {
      out.println(route.getKey() + ": " + route.getValue());
      isGood &= route.getValue().verdict() != Audit.Verdict.DISAGREEMENT;
    }
    if (routes.isEmpty()) {
      out.println("nothing arrived");
    }
    if (counts.unreadable() > 0) {
      out.println("unreadable messages: " + counts.unreadable());
    }
    out.flush();
    return isGood ? Caravan.DONE : Caravan.FAILED;
  }

  /** Keeps a book for each route. */
  private final class Books implements TailStream.Listener {
    private Audit audit(String device, String route) {
      return routes.computeIfAbsent(device + "/" + route, key -> new Audit());
    }

    @Override
    public void batch(String device, String route, ReadBatch batch) {
      audit(device, route)
          .arrived(batch.envelope().sequence(), batch.sampleCount(), batch.ledger());
    }

    @Override
    public void again(String device, String route, long sequence, boolean isOther) {
      audit(device, route).again(sequence, isOther);
    }

    @Override
    public void sample(String device, String route, long sequence, BatchSample sample) {}

    @Override
    public void gap(String device, String route, long from, long to) {}

    @Override
    public void batchEnds() {}
  }
}
