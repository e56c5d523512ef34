package dev.caravan.agent.cli;

import dev.caravan.agent.config.Quantity;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A duration on the command line, written as in the configuration. */
final class DurationOption implements ITypeConverter<Duration> {
  @Override
  public Duration convert(String text) {
    return Quantity.DURATION
        .parse(text)
        .map(Duration::ofNanos)
        .orElseThrow(() -> new TypeConversionException("want " + Quantity.DURATION.wanted()));
  }
}
