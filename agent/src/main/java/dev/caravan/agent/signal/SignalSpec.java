package dev.caravan.agent.signal;

import java.util.Map;

/**
 * What a decoder knows of a signal before it has a name and a place in the configuration.
 *
 * @param path dot-separated, {@code can0.EngineData.Speed} or {@code Vehicle.Speed}
 * @param group what arrives together and so shares its times: one CAN message of one source, one position epoch;
 *     {@code can0.EngineData}
 * @param unit as the source of the signal writes it; empty for none
 * @param kind what raw values are
 * @param factor physical = raw * factor + offset, computed in double in just that order
 * @param offset see {@code factor}
 * @param min lowest physical value, NaN where none is set
 * @param max highest physical value, NaN where none is set
 * @param labels text of raw values
 */
public record SignalSpec(
    String path,
    String group,
    String unit,
    Kind kind,
    double factor,
    double offset,
    double min,
    double max,
    Map<Long, String> labels) {

  /** Copies the labels. */
  public SignalSpec {
    labels = Map.copyOf(labels);
  }

  /** A signal without scaling, limits and labels. */
  public static SignalSpec of(String path, String group, String unit, Kind kind) {
    return new SignalSpec(path, group, unit, kind, 1, 0, Double.NaN, Double.NaN, Map.of());
  }

  /** How raw numbers become physical ones. */
  public Scale scale() {
    return new Scale(kind, factor, offset);
  }

  /** The same signal under another path and in another group. */
  public SignalSpec placed(String newPath, String newGroup) {
    return new SignalSpec(newPath, newGroup, unit, kind, factor, offset, min, max, labels);
  }
}
