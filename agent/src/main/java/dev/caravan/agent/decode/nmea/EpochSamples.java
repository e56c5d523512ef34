package dev.caravan.agent.decode.nmea;

import static dev.caravan.agent.decode.nmea.NmeaFields.MISSING;

import dev.caravan.agent.decode.Kind;
import dev.caravan.agent.decode.Quality;
import dev.caravan.agent.decode.Sample;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.decode.SignalSpec;
import dev.caravan.agent.decode.SignalTable;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.Consumer;

/** Gives an epoch out as samples. One thread uses it; allocates one text an epoch. */
final class EpochSamples {
  /** Nothing says whether there is a fix. */
  static final int UNKNOWN = 0;

  // NMEA 0183, GSA, mode
  static final int NO_FIX = 1;
  static final int TWO_D = 2;
  static final int THREE_D = 3;

  private static final long NS_PER_S = 1_000_000_000L;
  private static final DateTimeFormatter ISO_8601 =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Signal timestamp;
  private final Signal[] signals = new Signal[Item.count()];
  private final boolean[] wasTold = new boolean[Item.count()];
  private final Sample sample;

  EpochSamples(String group, SignalTable table) {
    this.timestamp = table.define(SignalSpec.of(Item.BRANCH + "Timestamp", group, "", Kind.TEXT));
    for (int i = 0; i < signals.length; i++) {
      signals[i] = table.define(Item.at(i).spec(group));
    }
    this.sample = new Sample(timestamp);
  }

  /**
   * Gives out everything that is told, and as not available what was told before and needs a fix that is not there.
   *
   * @param mode {@link #UNKNOWN} to {@link #THREE_D}
   * @param utcNs moment of the fix, {@link NmeaFields#MISSING} if not known
   * @param isCorrected whether its date is not the receiver's own
   */
  void giveOut(
      Epoch epoch, int mode, long utcNs, boolean isCorrected, Consumer<? super Sample> out) {
    long timeNs = epoch.receivedNs;
    if (mode > NO_FIX && utcNs != MISSING) {
      Instant moment =
          Instant.ofEpochSecond(Math.floorDiv(utcNs, NS_PER_S), Math.floorMod(utcNs, NS_PER_S));
      out.accept(sample.setText(
          timestamp,
          timeNs,
          isCorrected ? Quality.SUBSTITUTED : Quality.OK,
          ISO_8601.format(moment)));
    }
    for (int i = 0; i < signals.length; i++) {
      Item item = Item.at(i);
      long value = epoch.values[i];
      if (item.needsFix() && mode == NO_FIX) {
        if (wasTold[i]) {
          out.accept(sample.setInteger(signals[i], timeNs, Quality.NOT_AVAILABLE, 0));
        }
      } else if (value != MISSING) {
        wasTold[i] = true;
        out.accept(sample.setInteger(signals[i], timeNs, Quality.OK, value));
      } else if (item == Item.HEADING) {
        heading(epoch, mode, out);
      }
    }
  }

  /** Who has no compass is taken to point where he goes. */
  private void heading(Epoch epoch, int mode, Consumer<? super Sample> out) {
    long course = epoch.value(Item.COURSE);
    int place = Item.HEADING.place();
    if (mode > NO_FIX && course != MISSING && !wasTold[place]) {
      out.accept(sample.setInteger(signals[place], epoch.receivedNs, Quality.SUBSTITUTED, course));
    }
  }
}
