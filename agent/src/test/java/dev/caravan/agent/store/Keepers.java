package dev.caravan.agent.store;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.StreamKind;
import dev.caravan.agent.wire.StreamOwner;

/** Keepers of queues, for tests. */
public final class Keepers {
  /** A machine. */
  public static final MachineId BOARD = new MachineId(Bytes.ofHex("00112233445566aa"));

  /** Another one. */
  public static final MachineId OTHER_BOARD = new MachineId(Bytes.ofHex("00112233445566bb"));

  /** Batches of device {@code demo/xa-1} by the route {@code cloud}. */
  public static final Keeper CLOUD = of(StreamKind.DATA);

  /** Events of the same. */
  public static final Keeper EVENTS = of(StreamKind.EVENT);

  private Keepers() {}

  private static Keeper of(StreamKind kind) {
    return new Keeper(new StreamOwner(new DeviceName("demo", "xa-1"), "cloud", kind), BOARD);
  }
}
