package dev.caravan.agent.source;

import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.health.Condition;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the state of an open source for how long nothing has come of it, every {@value #STEP_NS} ns; and in the log when
 * that began and ended. The source's thread uses it.
 */
public final class FrameWatch {
  /**
   * What it means that nothing comes.
   *
   * @param what does not come: {@code frame}
   * @param silent {@link Part.State#OK} where that may well be
   * @param hint what to look at; may be empty
   * @param rubbish what comes instead, from wrong settings or a bad cable, which is never well: {@code lines that are none}
   * @param rubbishHint what to look at then
   */
  public record Meaning(
      String what, Part.State silent, String hint, String rubbish, String rubbishHint) {}

  private static final Logger LOG = LoggerFactory.getLogger(FrameWatch.class);
  private static final long STEP_NS = 10_000_000_000L;
  private static final long SECOND_NS = 1_000_000_000L;

  /** Less rubbish is a disturbance. */
  private static final int LEAST_RUBBISH = 3;

  private final String source;
  private final Meaning meaning;
  private final Part part;
  private final Timeline timeline;
  private final LongSupplier rubbish;
  private final long patienceNs;

  // since something came
  private long quietSinceNs;
  private long rubbishBefore;
  private long nextNs;
  private boolean isFresh;
  private final Condition quiet = new Condition();

  /**
   * A watch over a source that is not yet open.
   *
   * @param patienceNs how long after something came silence is first told
   * @param rubbish how much came that was no frame, since the start of the program
   */
  public FrameWatch(
      String source,
      Meaning meaning,
      long patienceNs,
      LongSupplier rubbish,
      Timeline timeline,
      Health health) {
    this.source = source;
    this.meaning = meaning;
    this.patienceNs = patienceNs;
    this.rubbish = rubbish;
    this.timeline = timeline;
    this.part = health.part("source", source);
  }

  /** As the other, patient for {@value #STEP_NS} ns. */
  public FrameWatch(
      String source, Meaning meaning, LongSupplier rubbish, Timeline timeline, Health health) {
    this(source, meaning, STEP_NS, rubbish, timeline, health);
  }

  /** The source was opened. */
  public void opened() {
    begin(timeline.monotonicNs());
    part.remark(meaning.what, Part.State.OK, "");
    quiet.over();
  }

  private void begin(long nowNs) {
    quietSinceNs = nowNs;
    nextNs = nowNs + patienceNs;
    rubbishBefore = rubbish.getAsLong();
  }

  /** The source was read, and so many frames came. */
  public void read(int frames) {
    long nowNs = timeline.monotonicNs();
    if (frames > 0) {
      if (quiet.isThere()) {
        LOG.info(
            "{}: {} again, after {} s", source, meaning.what, (nowNs - quietSinceNs) / SECOND_NS);
        opened();
      }
      quietSinceNs = nowNs;
      nextNs = nowNs + patienceNs;
      isFresh = true;
      return;
    }
    if (isFresh) {
      isFresh = false;
      rubbishBefore = rubbish.getAsLong();
    }
    if (nowNs - nextNs >= 0) {
      nextNs = nowNs + STEP_NS;
      tell((nowNs - quietSinceNs) / SECOND_NS);
    }
  }

  private void tell(long seconds) {
    long came = rubbish.getAsLong() - rubbishBefore;
    boolean isRubbish = came >= LEAST_RUBBISH;
    String words = "no " + meaning.what + " for " + seconds + " s"
        + (isRubbish ? ", and " + came + " " + meaning.rubbish : "");
    String hint = isRubbish ? meaning.rubbishHint : meaning.hint;
    Part.State state = isRubbish ? Part.State.DEGRADED : meaning.silent;
    part.remark(meaning.what, state, hint.isEmpty() ? words : words + ": " + hint);
    boolean isNews = quiet.isNews(isRubbish ? meaning.rubbish : meaning.what);
    if (isNews && state == Part.State.OK) {
      LOG.info("{}: {}", source, words);
    } else if (isNews) {
      LOG.warn("{}: {}: {}", source, words, hint);
    }
  }
}
