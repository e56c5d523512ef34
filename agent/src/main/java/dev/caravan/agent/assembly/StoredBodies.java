package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.Bodies;
import dev.caravan.agent.store.Entry;
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
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The envelope of what a format made of the reports of a queue.
 *
 * @param store where the entries lie, their schemas, and which streams they belong to
 */
record StoredBodies(Store store, Bodies bodies) implements Envelope {
  private static final Logger LOG = LoggerFactory.getLogger(StoredBodies.class);

  /** A larger one costs little more alone. */
  private static final int LARGEST_JOINED_BYTES = 16 << 10;

  private Seal seal(Entry entry, boolean late) {
    Place place = store.place(entry.sequence());
    return new Seal(place.stream(), place.sequence(), late);
  }

  @Override
  public List<Message> messages(Entry entry, boolean late) {
    return bodies.messages(entry.body(), seal(entry, late));
  }

  @Override
  public List<Message> parts(Entry entry, boolean late, long mostBytes) {
    try {
      Bytes id = entry.schemaId();
      Optional<Bytes> schema =
          id.equals(Bytes.EMPTY) ? Optional.of(Bytes.EMPTY) : store.schemas().get(id);
      return schema.isEmpty()
          ? List.of()
          : bodies.parts(entry.body(), schema.get(), seal(entry, late), mostBytes);
    } catch (MalformedMessageException | UncheckedIOException e) {
      LOG.warn("not divided: sequence={}, {}", entry.sequence(), e.getMessage());
      return List.of();
    }
  }

  @Override
  public Optional<Joined> joined(List<Entry> entries, long mostBytes) {
    Entry first = entries.get(0);
    Seal seal = seal(first, true);
    List<Bytes> run = new ArrayList<>();
    for (Entry entry : entries) {
      long sequence = first.sequence() + run.size();
      Place place = new Place(seal.stream(), seal.sequence() + run.size());
      if (entry.sequence() != sequence
          || !store.place(sequence).equals(place)
          || !entry.schemaId().equals(first.schemaId())
          || entry.body().length() > LARGEST_JOINED_BYTES) {
        break;
      }
      run.add(entry.body());
    }
    return bodies.joined(run, seal, mostBytes);
  }

  @Override
  public boolean settlesWhenWritten() {
    return bodies.settlesWhenWritten();
  }
}
