package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Backoff;
import dev.caravan.agent.clock.GnssTimeline;
import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.clock.TimeTeller;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.decode.Decoder;
import dev.caravan.agent.decode.SignalTable;
import dev.caravan.agent.encode.Format;
import dev.caravan.agent.encode.Making;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.RunLoop;
import dev.caravan.agent.health.Words;
import dev.caravan.agent.log.Log;
import dev.caravan.agent.log.LogLevel;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.source.SourceLoop;
import dev.caravan.agent.store.MachineId;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.uplink.Courier;
import dev.caravan.agent.uplink.Downward;
import dev.caravan.agent.uplink.Receipts;
import dev.caravan.agent.uplink.Requests;
import dev.caravan.agent.web.WebServer;
import dev.caravan.agent.web.WebSettings;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.StatusFacts;
import dev.caravan.agent.wire.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole agent, built from a plan, of which it keeps only what it needs while it runs: one thread for each source, one for the pipeline, one for each route's courier.
 * Starts from the back to the front, and stops from the front to the back, so that what is under way finds its way out.
 */
public final class Agent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
  private static final long TICK_NS = 50_000_000L;
  private static final long SOURCE_FIRST_WAIT_NS = 250_000_000L;
  private static final long SOURCE_LONGEST_WAIT_NS = 1_500_000_000L;

  // until when a part may take to stop, from the beginning of the stop; the process has ten seconds
  private static final long SOURCES_MS = 2_000;
  private static final long PIPELINE_MS = 4_500;
  private static final long COURIERS_MS = 8_000;
  private static final long QUEUES_MS = 9_000;

  private final Optional<WebSettings> address;
  private final List<String> routeNames;
  private final String summary;
  private final Timeline timeline;
  private final Health health = new Health();
  private final Bytes bootId = Making.newBootId();
  private final Inbox inbox = new Inbox();
  private final Stop stopCommands = new Stop();
  private final Stop stopSources = new Stop();
  private final Stop stopPipeline = new Stop();
  private final Stop stopCouriers = new Stop();
  private final List<RouteQueues> queues = new ArrayList<>();
  private final List<Source> sources = new ArrayList<>();
  private final List<Thread> sourceThreads = new ArrayList<>();
  private final List<Thread> courierThreads = new ArrayList<>();
  private final Pipeline pipeline;
  private final Thread pipelineThread;
  private final LastValueBoard lastValues;
  private final StatusBoard status;
  private @Nullable WebServer web;
  private @Nullable Thread commandThread;
  private @Nullable Thread powerThread;

  // of the stop
  private boolean isWhole = true;

  /** Which program this is: its version, and the commit that it was built from. */
  public record Build(String version, String commit) {}

  /**
   * Builds everything, opening the queues; nothing runs before {@link #start()}.
   *
   * @throws IOException if a queue cannot be opened
   */
  public Agent(Plan plan, Timeline timeline, Build build) throws IOException {
    this(plan, timeline, build, level -> {});
  }

  /**
   * The same, with a way to set the level of the log.
   *
   * @throws IOException if a queue cannot be opened
   */
  public Agent(Plan plan, Timeline timeline, Build build, Consumer<LogLevel> logLevel)
      throws IOException {
    this.address = plan.web();
    this.routeNames = plan.routes().stream().map(RoutePlan::name).toList();
    this.summary = "device=" + plan.device() + ", fleet=" + plan.fleet() + ", sources="
        + plan.sources().size() + ", routes=" + routeNames.size();
    Map<String, List<Decoder>> decoders = decoders(plan);
    this.timeline = steered(decoders.values(), timeline);
    this.lastValues =
        new LastValueBoard(plan.web().isPresent() || plan.commands().isPresent());
    boolean built = false;
    try {
      List<Route> routes = openRoutes(plan);
      makeSources(plan);
      this.pipeline = new Pipeline(decoders, routes, lastValues, this.timeline, health);
      this.status = new StatusBoard(
          facts(build, plan, routes),
          sources,
          queues.stream().flatMap(RouteQueues::all).toList(),
          this.timeline,
          health);
      Map<String, Downward> downward = downward(plan);
      makeCouriers(plan, downward);
      plan.commands().ifPresent(commands -> {
        Downlink downlink = new Downlink(
            plan,
            commands,
            Objects.requireNonNull(downward.get(commands.route())),
            sources,
            pipeline,
            lastValues,
            status,
            logLevel,
            this.timeline,
            health,
            stopCommands);
        commandThread = new Thread(downlink, "command");
      });
      plan.power().ifPresent(power -> powerThread = powerThread(power));
      built = true;
    } finally {
      if (!built) {
        closeQueues();
      }
    }
    this.pipelineThread = new Thread(this::runPipeline, "pipeline");
  }

  private Thread powerThread(PowerPlan power) {
    List<Store> eventsFirst = new ArrayList<>();
    queues.forEach(each -> each.events().ifPresent(eventsFirst::add));
    queues.forEach(each -> eventsFirst.add(each.batches()));
    PowerWatch watch = new PowerWatch(power, pipeline, eventsFirst, timeline, health, stopPipeline);
    return new Thread(new RunLoop(watch.bugs(), () -> false, watch), "power");
  }

  /** The board's timeline, or one that decoders steer, if any of them can. */
  private static Timeline steered(Collection<List<Decoder>> decoders, Timeline board) {
    List<TimeTeller> tellers = new ArrayList<>();
    for (List<Decoder> ofSource : decoders) {
      for (Decoder decoder : ofSource) {
        if (decoder instanceof TimeTeller teller && teller.tellsTime()) {
          tellers.add(teller);
        }
      }
    }
    if (tellers.isEmpty()) {
      return board;
    }
    GnssTimeline steered = new GnssTimeline(board);
    tellers.forEach(teller -> teller.tellTo(steered));
    return steered;
  }

  private List<Route> openRoutes(Plan plan) throws IOException {
    DeviceName device = new DeviceName(plan.fleet(), plan.device());
    MachineId machine = MachineId.here();
    List<Route> routes = new ArrayList<>();
    for (RoutePlan route : plan.routes()) {
      RouteQueues opened = RouteQueues.open(device, machine, route, timeline, health);
      queues.add(opened);
      routes.add(RouteParts.route(plan, route, opened, timeline, health, bootId));
    }
    return routes;
  }

  private Map<String, List<Decoder>> decoders(Plan plan) {
    SignalTable signals = plan.newSignals();
    Map<String, List<Decoder>> decoders = new LinkedHashMap<>();
    plan.sources()
        .forEach(source -> decoders.put(source.name(), source.decoders().make(signals, health)));
    return decoders;
  }

  private void makeSources(Plan plan) {
    for (SourcePlan planned : plan.sources()) {
      Source source = planned.maker().make(timeline, health);
      sources.add(source);
      SourceLoop loop = new SourceLoop(
          source,
          inbox.outlet(planned.name(), planned.waits(), health),
          health,
          stopSources,
          new Backoff(SOURCE_FIRST_WAIT_NS, SOURCE_LONGEST_WAIT_NS, new Random()));
      sourceThreads.add(new Thread(loop, "source-" + planned.name()));
    }
  }

  /** What comes down, by the name of the route. */
  private Map<String, Downward> downward(Plan plan) {
    DeviceName device = new DeviceName(plan.fleet(), plan.device());
    Map<String, Downward> downward = new HashMap<>();
    for (RoutePlan route : plan.routes()) {
      String name = route.name();
      boolean takesCommands =
          plan.commands().map(each -> each.route().equals(name)).orElse(false);
      Optional<Receipts> receipts = route
          .receipts()
          .map(signers -> new Receipts(
              route.topics().plain(device, Topics.Kind.RECEIPT),
              device.toString(),
              signers,
              name,
              timeline,
              health));
      boolean takesRequests = !route.hasSession()
          && route.uplink().requests().orElse(takesCommands || receipts.isPresent());
      if (takesCommands || takesRequests || receipts.isPresent()) {
        Optional<Requests> requests = takesRequests
            ? Optional.of(new Requests(
                route.topics().plain(device, Topics.Kind.REQUEST), name, timeline, health))
            : Optional.empty();
        List<String> topics = takesCommands ? Downlink.topics(device, route.topics()) : List.of();
        downward.put(name, new Downward(topics, requests, receipts, name, health));
      }
    }
    return downward;
  }

  private void makeCouriers(Plan plan, Map<String, Downward> downward) {
    // Of several routes to one broker, one speaks for the device.
    Set<String> spokenFor = new HashSet<>();
    for (int i = 0; i < queues.size(); i++) {
      RoutePlan route = plan.routes().get(i);
      boolean bearsStatus = !route.hasSession()
          && spokenFor.add(route.uplink().where() + route.topics().all(Topics.Kind.STATUS));
      Courier courier = RouteParts.courier(
          plan,
          route,
          queues.get(i),
          bearsStatus,
          Optional.ofNullable(downward.get(route.name())),
          status,
          timeline,
          health,
          stopCouriers);
      courierThreads.add(new Thread(courier, "courier-" + route.name()));
    }
  }

  private StatusFacts facts(Build build, Plan plan, List<Route> routes) {
    long bootCount = routes.stream().mapToLong(Route::bootCount).max().orElse(1);
    return new StatusFacts(build.version(), build.commit(), plan.hash(), bootId, bootCount);
  }

  /** Who this is, and how much it does, for a line of the log. */
  public String summary() {
    return summary;
  }

  /** Starts all threads and returns; the network is not waited for. */
  public void start() {
    if (address.isPresent()) {
      web = new WebServer(address.get(), health, lastValues, timeline);
      web.start();
    }
    courierThreads.forEach(Thread::start);
    pipelineThread.start();
    sourceThreads.forEach(Thread::start);
    if (commandThread != null) {
      commandThread.start();
    }
    if (powerThread != null) {
      powerThread.start();
    }
  }

  private void runPipeline() {
    new RunLoop(pipeline.bugs(), () -> false, this::pipelineRound).run();
    pipeline.finish();
  }

  private boolean pipelineRound() {
    // Asked before the inbox is looked at, so that what was given before the stop is still taken.
    boolean last = stopPipeline.isRequested();
    FrameChunk chunk;
    try {
      chunk = inbox.poll(last ? 0 : TICK_NS);
    } catch (InterruptedException e) {
      return false;
    }
    if (chunk == null) {
      pipeline.tick();
      return !last;
    }
    try {
      pipeline.accept(chunk);
    } finally {
      inbox.recycle();
    }
    return true;
  }

  /** All numbers and states. */
  public Health health() {
    return health;
  }

  /** Where the local page listens, if it does. */
  public Optional<WebServer> web() {
    return Optional.ofNullable(web);
  }

  /** How many entries wait in all queues. */
  public long waiting() {
    return queues.stream().flatMap(RouteQueues::all).mapToLong(Store::entries).sum();
  }

  /**
   * Stops in order, within {@value #QUEUES_MS} ms: sources, pipeline, couriers, queues; what hangs is left behind and named.
   * What was not delivered stays on disk. The last words say what was handed over and what stays.
   */
  @Override
  public void close() {
    close(new Stopping());
  }

  void close(Stopping stopping) {
    status.stopping();
    stopCommands.request();
    stopSources.request();
    List<Thread> sourcesEnd = new ArrayList<>(sourceThreads);
    for (Source source : sources) {
      // closing a port may hang, too
      sourcesEnd.add(Stopping.begin("close-" + source.name(), source::close));
    }
    stopping.await(sourcesEnd, SOURCES_MS);
    stopPipeline.request();
    List<Thread> pipelineEnd = new ArrayList<>(List.of(pipelineThread));
    if (powerThread != null) {
      pipelineEnd.add(powerThread);
    }
    isWhole &= stopping.await(pipelineEnd, PIPELINE_MS);
    stopCouriers.request();
    List<Thread> couriersEnd = new ArrayList<>(courierThreads);
    if (commandThread != null) {
      couriersEnd.add(commandThread);
    }
    if (web != null) {
      couriersEnd.add(Stopping.begin("close-web", web::close));
    }
    stopping.await(couriersEnd, COURIERS_MS);
    // an IOException has told itself, and what the queue held in memory is counted as evicted
    isWhole &= stopping.await(
        lastWords().stream()
            .map(last -> Stopping.begin("close-store-" + last.name(), () -> {
              close(last.queue());
              LOG.info(last.words(health, timeline));
            }))
            .toList(),
        QUEUES_MS);
    farewell(stopping);
  }

  /** The very last line. */
  private void farewell(Stopping stopping) {
    Log.ofProcess().sumUp();
    if (stopping.givenUp().isEmpty()) {
      LOG.info("agent: stopped: after={} ms", stopping.tookMs());
      return;
    }
    LOG.warn(
        "agent: stopped: after={} ms, gave up waiting for {}{}",
        stopping.tookMs(),
        String.join(", ", stopping.givenUp()),
        isWhole ? "" : "; lost is what was not on disk, frames not decoded=" + inbox.frames());
  }

  private List<LastWord> lastWords() {
    List<LastWord> all = new ArrayList<>();
    for (int i = 0; i < queues.size(); i++) {
      String name = routeNames.get(i);
      all.add(new LastWord(name, false, queues.get(i).batches()));
      queues
          .get(i)
          .events()
          .ifPresent(events -> all.add(new LastWord(Format.eventsOf(name), true, events)));
    }
    return all;
  }

  /** Whether, once it has stopped, nothing was lost because something hung: the pipeline or the disk. */
  public boolean isWhole() {
    return isWhole;
  }

  private void closeQueues() {
    queues.stream().flatMap(RouteQueues::all).forEach(Agent::close);
  }

  private static void close(Store queue) {
    try {
      queue.close();
    } catch (IOException e) {
      LOG.warn("store: not everything is on disk: {}", Words.of(e));
    }
  }
}
