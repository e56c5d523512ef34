package dev.caravan.agent.source.isotp;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.CanTransmitter;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.FrameWatch;
import dev.caravan.agent.source.diagnostic.DiagnosticPoller;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import dev.caravan.agent.source.diagnostic.PollSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks what is due, one request at a time. One thread. */
final class Asking implements Tester {
  /** With the ignition off nobody answers. */
  private static final FrameWatch.Meaning SILENCE = new FrameWatch.Meaning(
      "answer of a control unit", Part.State.OK, "is the ignition on?", "", "");

  private final Exchange exchange;
  private final DiagnosticPoller poller;
  private final FrameWatch watch;

  // of the request under way
  private final List<DiagnosticReply> replies = new ArrayList<>();
  private boolean isWaiting;

  Asking(
      String name,
      CanTransmitter bus,
      IsoTpSettings settings,
      PollSettings poll,
      Timeline timeline,
      Health health) {
    this.exchange =
        new Exchange(name, bus, settings.addressing(), settings.timeoutNs(), timeline, health);
    this.poller = new DiagnosticPoller(name, poll, timeline, health);
    this.watch = new FrameWatch(name, SILENCE, () -> 0, timeline, health);
  }

  @Override
  public void begin() {
    exchange.abandon();
    replies.clear();
    isWaiting = false;
    poller.begin();
    watch.opened();
  }

  @Override
  public void hear(CanFrame frame) throws IOException {
    exchange.hear(frame, replies::add);
  }

  @Override
  public void goOn() throws IOException {
    exchange.tick(replies::add);
    if (exchange.isUnderWay()) {
      return;
    }
    if (isWaiting) {
      isWaiting = false;
      watch.read(replies.size());
      poller.take(replies);
      replies.clear();
    }
    Optional<DiagnosticRequest> due = poller.due(true);
    if (due.isPresent()) {
      isWaiting = true;
      exchange.begin(due.get());
    }
  }

  @Override
  public boolean giveOut(FrameChunk out) {
    return poller.giveOut(out);
  }
}
