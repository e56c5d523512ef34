package dev.caravan.agent.wire;

import dev.caravan.agent.clock.TimeOrigin;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.signal.Quality;
import dev.caravan.v1.Kind;
import dev.caravan.v1.PartState;
import dev.caravan.v1.State;
import java.util.Optional;

/** The words of the agent that travel as numbers, in both directions. */
public final class WireNumbers {
  public static final int OK = 1;

  private WireNumbers() {}

  /** As in {@code caravan.v1.Quality}. */
  public static int of(Quality quality) {
    return switch (quality) {
      case OK -> OK;
      case NOT_AVAILABLE -> 2;
      case ERROR -> 3;
      case OUT_OF_RANGE -> 4;
      case STALE -> 5;
      case SUBSTITUTED -> 6;
      case UNDECODABLE -> 7;
    };
  }

  /** A number that is not known may not be believed. */
  static Quality quality(int number) {
    return switch (number) {
      case OK -> Quality.OK;
      case 2 -> Quality.NOT_AVAILABLE;
      case 3 -> Quality.ERROR;
      case 4 -> Quality.OUT_OF_RANGE;
      case 5 -> Quality.STALE;
      case 6 -> Quality.SUBSTITUTED;
      default -> Quality.UNDECODABLE;
    };
  }

  /** As in {@code caravan.v1.StreamKind}. */
  public static dev.caravan.v1.StreamKind of(StreamKind kind) {
    return switch (kind) {
      case DATA -> dev.caravan.v1.StreamKind.STREAM_KIND_DATA;
      case EVENT -> dev.caravan.v1.StreamKind.STREAM_KIND_EVENT;
    };
  }

  public static Kind of(dev.caravan.agent.signal.Kind kind) {
    return switch (kind) {
      case SIGNED -> Kind.KIND_SIGNED;
      case UNSIGNED -> Kind.KIND_UNSIGNED;
      case BOOLEAN -> Kind.KIND_BOOLEAN;
      case FLOAT -> Kind.KIND_FLOAT;
      case DOUBLE -> Kind.KIND_DOUBLE;
      case TEXT -> Kind.KIND_TEXT;
      case BYTES -> Kind.KIND_BYTES;
    };
  }

  /**
   * The kind of a number.
   *
   * @throws MalformedMessageException if it is none that this program knows
   */
  static dev.caravan.agent.signal.Kind kind(int number) throws MalformedMessageException {
    return switch (number) {
      case 1 -> dev.caravan.agent.signal.Kind.SIGNED;
      case 2 -> dev.caravan.agent.signal.Kind.UNSIGNED;
      case 3 -> dev.caravan.agent.signal.Kind.BOOLEAN;
      case 4 -> dev.caravan.agent.signal.Kind.FLOAT;
      case 5 -> dev.caravan.agent.signal.Kind.DOUBLE;
      case 6 -> dev.caravan.agent.signal.Kind.TEXT;
      case 7 -> dev.caravan.agent.signal.Kind.BYTES;
      default -> throw new MalformedMessageException("schema: kind=" + number + "; want 1..7");
    };
  }

  public static dev.caravan.v1.TimeOrigin of(TimeOrigin origin) {
    return switch (origin) {
      case NONE -> dev.caravan.v1.TimeOrigin.TIME_ORIGIN_UNSPECIFIED;
      case RTC -> dev.caravan.v1.TimeOrigin.TIME_ORIGIN_RTC;
      case NTP -> dev.caravan.v1.TimeOrigin.TIME_ORIGIN_NTP;
      case PTP -> dev.caravan.v1.TimeOrigin.TIME_ORIGIN_PTP;
      case GNSS -> dev.caravan.v1.TimeOrigin.TIME_ORIGIN_GNSS;
    };
  }

  /** A number that is not known says nothing of the time. */
  static TimeOrigin timeOrigin(dev.caravan.v1.TimeOrigin origin) {
    return switch (origin) {
      case TIME_ORIGIN_UNSPECIFIED, UNRECOGNIZED -> TimeOrigin.NONE;
      case TIME_ORIGIN_RTC -> TimeOrigin.RTC;
      case TIME_ORIGIN_NTP -> TimeOrigin.NTP;
      case TIME_ORIGIN_PTP -> TimeOrigin.PTP;
      case TIME_ORIGIN_GNSS -> TimeOrigin.GNSS;
    };
  }

  /** What is in a stream; nothing for a number that is not known. */
  static Optional<StreamKind> streamKind(dev.caravan.v1.StreamKind kind) {
    return switch (kind) {
      case STREAM_KIND_DATA -> Optional.of(StreamKind.DATA);
      case STREAM_KIND_EVENT -> Optional.of(StreamKind.EVENT);
      case STREAM_KIND_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  public static State of(DeviceState state) {
    return switch (state) {
      case ONLINE -> State.STATE_ONLINE;
      case OFFLINE -> State.STATE_OFFLINE;
      case STOPPING -> State.STATE_STOPPING;
    };
  }

  /** A device whose state is not known cannot be counted on. */
  static DeviceState state(State state) {
    return switch (state) {
      case STATE_ONLINE -> DeviceState.ONLINE;
      case STATE_STOPPING -> DeviceState.STOPPING;
      case STATE_UNSPECIFIED, STATE_OFFLINE, UNRECOGNIZED -> DeviceState.OFFLINE;
    };
  }

  public static PartState of(Part.State state) {
    return switch (state) {
      case STARTING -> PartState.PART_STATE_STARTING;
      case OK -> PartState.PART_STATE_OK;
      case DEGRADED -> PartState.PART_STATE_DEGRADED;
      case ENDED -> PartState.PART_STATE_ENDED;
    };
  }

  /** A part whose state is not known is not well. */
  static Part.State state(PartState state) {
    return switch (state) {
      case PART_STATE_STARTING -> Part.State.STARTING;
      case PART_STATE_OK -> Part.State.OK;
      case PART_STATE_ENDED -> Part.State.ENDED;
      case PART_STATE_UNSPECIFIED, PART_STATE_DEGRADED, UNRECOGNIZED -> Part.State.DEGRADED;
    };
  }
}
