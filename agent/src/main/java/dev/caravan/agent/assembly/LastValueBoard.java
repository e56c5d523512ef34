package dev.caravan.agent.assembly;

import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.SampleGroup;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.web.LastValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The newest sample of each signal, for the local page. The pipeline's thread writes; once a second it publishes a copy
 * that any thread may read. Does nothing where no page is wanted.
 */
final class LastValueBoard implements LastValues {
  private static final long PUBLISH_NS = 1_000_000_000L;

  private final boolean wanted;

  // the pipeline's thread only, by signal index
  private Sample[] newest = new Sample[0];
  private long publishedNs;

  private volatile List<Value> published = List.of();

  LastValueBoard(boolean wanted) {
    this.wanted = wanted;
  }

  void accept(SampleGroup group) {
    for (int i = 0; wanted && i < group.size(); i++) {
      accept(group.sample(i));
    }
  }

  private void accept(Sample sample) {
    Signal signal = sample.signal();
    int index = signal.index();
    if (index >= newest.length) {
      int before = newest.length;
      newest = Arrays.copyOf(newest, Math.max(index + 1, before * 2));
      for (int i = before; i < newest.length; i++) {
        newest[i] = new Sample(signal);
      }
    }
    newest[index].set(sample);
  }

  void tick(long nowNs) {
    if (wanted && Math.abs(nowNs - publishedNs) >= PUBLISH_NS) {
      publishedNs = nowNs;
      List<Value> values = new ArrayList<>();
      for (int i = 0; i < newest.length; i++) {
        if (newest[i].timeNs() != 0 && newest[i].signal().index() == i) {
          values.add(value(newest[i]));
        }
      }
      values.sort(Comparator.comparing(Value::path));
      published = values;
    }
  }

  private static Value value(Sample sample) {
    Signal signal = sample.signal();
    String text = switch (signal.kind()) {
      case TEXT -> sample.text();
      case BYTES -> sample.bytes().toString();
      default -> {
        String number = signal.scale().shown(sample.rawBits());
        String label =
            signal.kind().isInteger() ? signal.spec().labels().get(sample.rawBits()) : null;
        yield label == null ? number : number + " " + label;
      }
    };
    return new Value(
        signal.path(),
        sample.quality().hasValue() ? text : "",
        signal.spec().unit(),
        sample.timeNs(),
        sample.quality().name().toLowerCase(Locale.ROOT));
  }

  @Override
  public List<Value> all() {
    return published;
  }
}
