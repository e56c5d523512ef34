package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Bodies;
import dev.caravan.agent.store.Entry;
import dev.caravan.agent.store.Keeper;
import dev.caravan.agent.store.Place;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.uplink.Envelope;
import dev.caravan.agent.wire.Joined;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Seal;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The envelope of what a format made of the reports of a queue.
 *
 * @param store where the entries lie, their schemas, and which streams they belong to
 * @param format the word of what makes bodies now
 * @param former of what made those that lie there still, by its word
 */
record StoredBodies(Store store, Bodies bodies, String format, Map<String, Bodies> former)
    implements Envelope {
  /** Of a queue in which nothing of another format lies. */
  StoredBodies(Store store, Bodies bodies) {
    this(store, bodies, Keeper.USUAL_FORMAT, Map.of());
  }

  private static final Logger LOG = LoggerFactory.getLogger(StoredBodies.class);

  /** A larger one costs little more alone. */
  private static final int LARGEST_JOINED_BYTES = 16 << 10;

  private static Seal seal(Place place, boolean late) {
    return new Seal(place.stream(), place.sequence(), late);
  }

  /** By what the queue says of an entry; where that was lost, and is guessed, the body itself knows better. */
  private Bodies bodies(Place place, Bytes body) {
    for (Bodies each : former.values()) {
      if (isMarked(body, each.mark())) {
        return each;
      }
    }
    boolean isCurrent = place.format().equals(format);
    Bodies made = isCurrent ? bodies : former.get(place.format());
    if (made != null && made.mark().length() > 0) {
      made = former.get(Keeper.USUAL_FORMAT);
    }
    if (made == null) {
      throw new IllegalStateException("stored in " + place.format() + ", which is no format; want "
          + format + " or one of " + former.keySet());
    }
    return made;
  }

  private static boolean isMarked(Bytes body, Bytes mark) {
    int length = mark.length();
    if (length == 0 || body.length() < length) {
      return false;
    }
    int at = 0;
    while (at < length && body.at(at) == mark.at(at)) {
      at++;
    }
    return at == length;
  }

  @Override
  public List<Message> messages(Entry entry, boolean late) {
    Place place = store.place(entry.sequence());
    return bodies(place, entry.body()).messages(entry.body(), seal(place, late));
  }

  @Override
  public List<Message> parts(Entry entry, boolean late, long mostBytes) {
    Place place = store.place(entry.sequence());
    try {
      Bytes id = entry.schemaId();
      Optional<Bytes> schema =
          id.equals(Bytes.EMPTY) ? Optional.of(Bytes.EMPTY) : store.schemas().get(id);
      return schema.isEmpty()
          ? List.of()
          : bodies(place, entry.body())
              .parts(entry.body(), schema.get(), seal(place, late), mostBytes);
    } catch (MalformedMessageException | UncheckedIOException e) {
      LOG.warn("not divided: sequence={}, {}", entry.sequence(), e.getMessage());
      return List.of();
    }
  }

  @Override
  public Optional<Joined> joined(List<Entry> entries, long mostBytes) {
    Entry first = entries.get(0);
    Place from = store.place(first.sequence());
    Seal seal = seal(from, true);
    List<Bytes> run = new ArrayList<>();
    for (Entry entry : entries) {
      long sequence = first.sequence() + run.size();
      Place place = new Place(from.stream(), from.sequence() + run.size(), from.format());
      if (entry.sequence() != sequence
          || !store.place(sequence).equals(place)
          || !entry.schemaId().equals(first.schemaId())
          || entry.body().length() > LARGEST_JOINED_BYTES) {
        break;
      }
      run.add(entry.body());
    }
    return bodies(from, first.body()).joined(run, seal, mostBytes);
  }

  @Override
  public boolean settlesWhenWritten() {
    return bodies.settlesWhenWritten();
  }
}
