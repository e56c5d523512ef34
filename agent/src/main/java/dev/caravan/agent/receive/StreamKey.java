package dev.caravan.agent.receive;

import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.MemoryRun;
import dev.caravan.agent.wire.StreamId;
import dev.caravan.agent.wire.StreamKind;
import dev.caravan.agent.wire.StreamOwner;

/**
 * Names a stream over all devices: within it a sequence number is used once.
 *
 * @param owner whose it is: one of the same owner takes the place of another
 * @param stream which of those that the route has had; without a name before there were names
 * @param run {@code ~} and the run in hex for sequences of a run in memory above 2^52, else empty
 */
public record StreamKey(StreamOwner owner, StreamId stream, String run) {
  /** That of a message with such a sequence. */
  public static StreamKey of(
      DeviceName device, String route, StreamKind kind, StreamId stream, long sequence) {
    return new StreamKey(new StreamOwner(device, route, kind), stream, MemoryRun.of(sequence));
  }

  /** Of whom. */
  public DeviceName device() {
    return owner.device();
  }

  /** By which route it came. */
  public String route() {
    return owner.route();
  }

  /** What is in it. */
  public StreamKind kind() {
    return owner.kind();
  }

  /** How long its names are together. */
  int nameChars() {
    return device().fleet().length() + device().device().length() + route().length();
  }

  /** Behind the name of a device, {@code /ROUTE}, with {@code events} behind that for a stream of those. */
  public String behindDevice() {
    return "/" + route() + run + (kind() == StreamKind.EVENT ? " events" : "");
  }

  /** {@code FLEET/DEVICE/ROUTE}, with {@code events} behind it for a stream of those. */
  @Override
  public String toString() {
    return device() + behindDevice();
  }
}
