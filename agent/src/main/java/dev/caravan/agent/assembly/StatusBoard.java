package dev.caravan.agent.assembly;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.Timeline;
import dev.caravan.agent.encode.status.StatusEncoder;
import dev.caravan.agent.health.Bugs;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.store.Store;
import dev.caravan.agent.uplink.StatusSource;
import dev.caravan.agent.wire.DeviceState;
import dev.caravan.agent.wire.StatusFacts;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.StreamOwner;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** What the device says of itself on its status topic. The couriers' threads ask. */
final class StatusBoard implements StatusSource {
  private final Health health;
  private final StatusEncoder encoder;
  private final List<Store> stores;
  private final Map<String, String> busModes = new HashMap<>();
  private final Map<DeviceState, Bytes> newest = new ConcurrentHashMap<>();
  private final Bugs bugs;
  private volatile boolean stopping;

  /** {@code stores}: of all routes. */
  StatusBoard(
      StatusFacts facts,
      List<Source> sources,
      List<Store> stores,
      Timeline timeline,
      Health health) {
    this.health = health;
    this.stores = List.copyOf(stores);
    this.encoder = new StatusEncoder(facts, timeline, health);
    this.bugs = health.bugs("status");
    for (Source source : sources) {
      busModes.put(source.name(), source.busMode());
    }
  }

  /** From here on the device is not gone without a word. */
  void stopping() {
    stopping = true;
  }

  @Override
  public Bytes online() {
    return encoded(DeviceState.ONLINE);
  }

  @Override
  public Bytes offline() {
    return encoded(stopping ? DeviceState.STOPPING : DeviceState.OFFLINE);
  }

  /** Of the newest that could be made; the way of the data does not depend on it. */
  private Bytes encoded(DeviceState state) {
    try {
      Bytes made = encoder.encode(state, busModes, streams());
      newest.put(state, made);
      return made;
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      bugs.survived(e);
      return newest.getOrDefault(state, Bytes.EMPTY);
    }
  }

  private SortedMap<StreamOwner, StreamId> streams() {
    SortedMap<StreamOwner, StreamId> streams = new TreeMap<>();
    stores.forEach(each -> streams.put(each.owner(), each.stream()));
    return streams;
  }

  /** The state of each source and route, and which streams are written. */
  @Override
  public long version() {
    long version = 0;
    for (var part : health.parts().entrySet()) {
      version = version * 31 + part.getKey().hashCode();
      version = version * 31 + part.getValue().state().name().hashCode();
    }
    for (Store each : stores) {
      version = version * 31 + each.stream().hashCode();
    }
    return version;
  }
}
