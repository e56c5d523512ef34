package dev.caravan.agent.cli;

import dev.caravan.agent.clock.Stop;
import dev.caravan.agent.config.ConfigException;
import dev.caravan.agent.health.Words;
import dev.caravan.agent.receive.ReadSamples;
import dev.caravan.agent.receive.Receiver;
import dev.caravan.agent.receive.Room;
import dev.caravan.agent.receive.StreamKey;
import dev.caravan.agent.receive.StreamRecorder;
import dev.caravan.agent.uplink.mqtt.MqttSettings;
import dev.caravan.agent.wire.BatchSample;
import dev.caravan.agent.wire.ReadEvent;
import dev.caravan.agent.wire.Topics;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code caravan tail}: every sample and every event that arrives at a broker, decoded. */
@Command(
    name = "tail",
    description = "Subscribe, decode and print every sample and event; report gaps and duplicates.")
final class TailCommand implements Callable<Integer> {
  private static final long LOOK_NS = 100_000_000L;

  /** Of the memory, for what is remembered. */
  private static final int SHARE = 3;

  @Mixin
  private BrokerOption broker = new BrokerOption();

  @Mixin
  private TopicOption topics = new TopicOption();

  @Option(
      names = {"-f", "--format"},
      paramLabel = "text|json|csv",
      defaultValue = "text",
      description = "How a line looks (default: ${DEFAULT-VALUE}).")
  private SamplePrinter.Format format = SamplePrinter.Format.TEXT;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "COUNT",
      description = "End after so many samples.")
  private @Nullable Long count;

  @Option(
      names = "--share",
      paramLabel = "GROUP",
      description =
          "Share the stream with the other tails of this group (gaps are then not watched).")
  private @Nullable String share;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description =
          "Also append every batch, event and schema to FILE as it came, for audit --file.")
  private @Nullable Path record;

  @Option(
      names = "--play",
      paramLabel = "FILE",
      description =
          "Print what tail --record, or an uplink to files, has written, a file or a folder, instead of a broker.")
  private @Nullable Path play;

  @ParentCommand
  private Caravan caravan = new Caravan();

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws ConfigException, IOException {
    checkOptions();
    SamplePrinter printer = new SamplePrinter(
        format,
        Terminal.OUT.isColoured(),
        new LineOutput(new FileOutputStream(FileDescriptor.out)));
    printer.begin();
    Stop enough = new Stop();
    Receiver.Listener listener = count == null ? printer : new Limited(printer, count, enough);
    Stop stop = caravan.termination().begin();
    if (play != null) {
      return played(
          play, listener, () -> stop.isRequested() || enough.isRequested() || printer.isCutOff());
    }
    MqttSettings settings = broker.settings(spec);
    Topics templates = topics.templates(spec);
    List<String> filters = topics.filters(spec);
    try (StreamRecorder recorder = record == null ? null : StreamRecorder.append(record)) {
      Tail tail = new Tail(
          settings,
          templates,
          filters.isEmpty() ? Tail.all(templates) : filters,
          Optional.ofNullable(share),
          listener,
          recorder == null ? (topic, message) -> {} : recorder::arrived);
      tail.start();
      while (!stop.isRequested()
          && tail.failure().isEmpty()
          && !enough.await(LOOK_NS)
          && !printer.isCutOff()) {
        // looked again
      }
      tail.close();
      System.err.println(tail.counts());
      tail.failure()
          .ifPresent(e -> System.err.println("record " + record + ": " + Words.reason(e)));
      return tail.failure().isEmpty() ? Caravan.DONE : Caravan.FAILED;
    }
  }

  private int played(Path file, Receiver.Listener listener, BooleanSupplier isEnough)
      throws IOException {
    Receiver stream = new Receiver(listener, Room.share(SHARE));
    Recordings.read(
        file,
        (topic, message) -> {
          if (!isEnough.getAsBoolean()) {
            stream.arrived(topic, message);
          }
        },
        spec.commandLine().getErr());
    stream.end();
    System.err.println(stream.counts());
    return Caravan.DONE;
  }

  private void checkOptions() {
    if (play != null
        && Stream.of("--broker", "--uplink", "--topic", "--share", "--record")
            .anyMatch(spec.commandLine().getParseResult()::hasMatchedOption)) {
      throw new ParameterException(
          spec.commandLine(), "--play: want no option of a broker beside it");
    }
    if (count != null && count < 1) {
      throw new ParameterException(spec.commandLine(), "--count: want 1 or more, got " + count);
    }
  }

  /** Lets so many samples pass, then says that it is enough. */
  private static final class Limited implements Receiver.Listener {
    private final Receiver.Listener listener;
    private final Stop enough;
    private long left;

    Limited(Receiver.Listener listener, long count, Stop enough) {
      this.listener = listener;
      this.enough = enough;
      this.left = count;
    }

    @Override
    public void sample(StreamKey stream, long sequence, BatchSample sample) {
      if (left > 0) {
        left--;
        listener.sample(stream, sequence, sample);
      }
      if (left == 0) {
        enough.request();
      }
    }

    @Override
    public void gap(StreamKey stream, long from, long to) {
      listener.gap(stream, from, to);
    }

    @Override
    public void event(StreamKey stream, ReadEvent event, ReadSamples samples) {
      if (left > 0) {
        listener.event(stream, event, samples);
      }
    }

    @Override
    public void replaced(StreamKey stream) {
      listener.replaced(stream);
    }

    @Override
    public void tells(String words) {
      listener.tells(words);
    }

    @Override
    public void messageEnds() {
      listener.messageEnds();
    }
  }
}
