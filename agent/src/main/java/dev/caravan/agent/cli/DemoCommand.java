package dev.caravan.agent.cli;

import dev.caravan.agent.assembly.Agent;
import dev.caravan.agent.assembly.DevicePlan;
import dev.caravan.agent.assembly.Devices;
import dev.caravan.agent.assembly.Plan;
import dev.caravan.agent.assembly.Rehearsal;
import dev.caravan.agent.broker.LoopbackBroker;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.device.Device;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.SharedMetrics;
import dev.caravan.agent.log.Log;
import dev.caravan.agent.receive.Receiver;
import dev.caravan.agent.uplink.UplinkMetrics;
import dev.caravan.agent.web.WebServer;
import dev.caravan.agent.web.WebSettings;
import dev.caravan.agent.wire.Topics;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * {@code caravan demo}: broker, simulated devices, agent and tail in one process, each as real as in a process of its
 * own, and at the end a count of what went in and what came out.
 */
@Command(
    name = "demo",
    description = "The whole road in one process, with simulated devices and a broker on loopback.")
final class DemoCommand implements Callable<Integer> {
  private static final long PATIENCE_NS = 8_000_000_000L;
  /** Of who has pressed Ctrl-C; the folder must be gone before the process is. */
  private static final long HURRY_NS = 2_000_000_000L;

  private static final long LOOK_NS = 20_000_000L;

  @Option(
      names = "--duration",
      paramLabel = "T",
      defaultValue = "60s",
      converter = DurationOption.class,
      description = "How long the devices send (default: ${DEFAULT-VALUE}).")
  private Duration duration = Duration.ofSeconds(60);

  @Option(names = "--web", paramLabel = "HOST:PORT", description = "Serve the local page there.")
  private @Nullable String web;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "Any configuration, instead of the one in the jar; its broker and its stores are"
              + " not touched, the ports of its simulated devices are theirs, all others are real.")
  private @Nullable Path config;

  @ParentCommand
  private Caravan caravan = new Caravan();

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws ConfigException, IOException {
    Stop stop = caravan.termination().begin();
    try (DemoFiles files = new DemoFiles();
        LoopbackBroker broker = new LoopbackBroker(0)) {
      Rehearsal rehearsal = new Rehearsal(broker.url(), files.folder());
      return demonstrate(plan(files, rehearsal), rehearsal, stop);
    }
  }

  private Plan plan(DemoFiles files, Rehearsal rehearsal) throws ConfigException, IOException {
    Path file = config == null ? files.config() : config;
    Plan plan = read(file, rehearsal);
    plan.refuseIdle(file);
    plan.logLevel().ifPresent(Log.ofProcess()::settle);
    return web == null ? plan : plan.withWeb(address(web));
  }

  private static Plan read(Path file, Rehearsal rehearsal) throws ConfigException {
    try {
      return Plan.read(file, new Faults(), rehearsal);
    } catch (OutOfMemoryError e) {
      throw ConfigOption.tooLarge(file, e);
    }
  }

  private WebSettings address(String text) {
    return WebSettings.parse(text)
        .orElseThrow(() -> new ParameterException(
            spec.commandLine(),
            "--web: want HOST:PORT such as 127.0.0.1:8080, got '" + text + "'"));
  }

  private int demonstrate(Plan plan, Rehearsal rehearsal, Stop stop) throws IOException {
    PrintStream out = System.out;
    SamplePrinter shown = new SamplePrinter(
        SamplePrinter.Format.TEXT,
        Terminal.OUT.isColoured(),
        new LineOutput(new FileOutputStream(FileDescriptor.out)));
    ThinnedPrinter printer = new ThinnedPrinter(shown);
    out.println("each signal is shown once a second here; `caravan tail` shows every sample");
    Tail tail = new Tail(rehearsal.uplink(), Topics.USUAL, Optional.empty(), printer);
    tail.start();
    until(stop, tail::isSubscribed);
    boolean isCounted = isCounted(plan, rehearsal);
    List<Device> devices;
    Agent agent;
    try (Devices simulated = new Devices(plan.devices(), rehearsal.links(), new SystemTimeline())) {
      simulated.links().forEach((name, link) -> out.println("device " + name + ": " + link));
      devices = simulated.all();
      agent = new Agent(plan, new SystemTimeline(), Version.build(), Log.ofProcess()::level);
      Health health = agent.health();
      Log.ofProcess().countIn(health);
      try (agent) {
        agent.start();
        agent
            .web()
            .map(WebServer::port)
            .ifPresent(port ->
                port.ifPresent(open -> out.println("page: http://127.0.0.1:" + open + "/")));
        stop.await(duration.toNanos());
        simulated.silence();
        // stopped early, it would hand nothing over
        until(stop, () -> health.total(UplinkMetrics.CONNECTS) >= plan.routes().size());
        if (isCounted) {
          until(stop, () -> health.total(SharedMetrics.SOURCE_FRAMES) >= sent(devices));
        }
      }
      until(
          stop,
          () -> tail.counts().samples() >= health.total(SharedMetrics.ENCODE_SAMPLES)
              && tail.counts().events() >= health.total(SharedMetrics.ENCODE_EVENTS));
    }
    tail.close();
    boolean mayBeEmpty = stop.isRequested();
    return summary(out, sent(devices), isCounted, mayBeEmpty, agent.health(), tail.counts());
  }

  /** Whether what the devices send is what the sources read: each talks by itself, and no source reads anything else. */
  private static boolean isCounted(Plan plan, Rehearsal rehearsal) {
    return plan.devices().stream().allMatch(DevicePlan::talks)
        && plan.sources().size() == plan.devices().size()
        && plan.sources().stream()
            .allMatch(source -> source.what().startsWith(rehearsal.links().toString()));
  }

  private static void until(Stop stop, BooleanSupplier condition) {
    long beganNs = System.nanoTime();
    Stop never = new Stop();
    while (!condition.getAsBoolean()
        && System.nanoTime() - beganNs < (stop.isRequested() ? HURRY_NS : PATIENCE_NS)) {
      never.await(LOOK_NS);
    }
  }

  private static long sent(List<Device> devices) {
    return devices.stream().mapToLong(device -> device.counts().sentFrames()).sum();
  }

  private static int summary(
      PrintStream out,
      long sent,
      boolean isCounted,
      boolean mayBeEmpty,
      Health health,
      Receiver.Counts arrived) {
    long read = health.total(SharedMetrics.SOURCE_FRAMES);
    long decoded = health.total(SharedMetrics.DECODE_SAMPLES);
    long batched = health.total(SharedMetrics.ENCODE_SAMPLES);
    long lost = batched - arrived.samples();
    out.println();
    out.println(
        sent == 0
            ? "frames read " + read
            : isCounted
                ? "frames sent " + sent + ", frames read " + read
                : "units sent " + sent + ", frames read " + read
                    + " (may differ: ports that are real, devices that are asked or have a rough cable)");
    out.println("samples decoded " + decoded
        + ", withheld by shaping " + health.total(SharedMetrics.SHAPE_WITHHELD)
        + ", batched " + batched
        + ", arrived " + arrived.samples());
    long events = health.total(SharedMetrics.ENCODE_EVENTS);
    if (events > 0) {
      out.println("events " + events + ", arrived " + arrived.events());
    }
    out.println("lost " + lost + ", duplicated " + arrived.duplicates());
    out.println(String.format(
        Locale.ROOT,
        "batches %d, %.2f bytes per sample",
        arrived.batches(),
        arrived.samples() == 0 ? 0.0 : (double) arrived.bytes() / arrived.samples()));
    out.flush();
    boolean whole = (!isCounted || sent == read)
        && lost == 0
        && events == arrived.events()
        && arrived.conflicts() == 0
        && (read > 0 || mayBeEmpty);
    return whole ? Caravan.DONE : Caravan.FAILED;
  }
}
