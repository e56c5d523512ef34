package dev.caravan.agent.cli;

import dev.caravan.agent.wire.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** On which topics the messages of devices are. */
final class TopicOption {
  private static final Pattern OF_KIND = Pattern.compile("("
      + String.join(
          "|", Arrays.stream(Topics.Kind.values()).map(Topics.Kind::level).toList())
      + ")=(.*)");

  @Option(
      names = {"-t", "--topic"},
      paramLabel = "TEMPLATE",
      description = {
        "Template of the topics, with FLEET, DEVICE, KIND and ROUTE as the route has it (default:"
            + " caravan/v1/FLEET/DEVICE/KIND/ROUTE); once more for each kind with one of its own:"
            + " data=TEMPLATE, schema=..., event=..., status=..., command=..., reply=...",
        "For tail also a topic filter, such as caravan/v1/+/d1/data/+, to see no others."
      })
  private List<String> given = List.of();

  /** The templates. */
  Topics templates(CommandSpec spec) {
    String all = Topics.TEMPLATE;
    Map<Topics.Kind, String> own = new EnumMap<>(Topics.Kind.class);
    for (String each : given) {
      Matcher ofKind = OF_KIND.matcher(each);
      if (ofKind.matches()) {
        own.put(kind(ofKind.group(1)), ofKind.group(2));
      } else if (Topics.isTemplate(each)) {
        all = each;
      }
    }
    try {
      return Topics.of(all, own);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--topic: " + e.getMessage(), e);
    }
  }

  private static Topics.Kind kind(String level) {
    return Arrays.stream(Topics.Kind.values())
        .filter(kind -> kind.level().equals(level))
        .findFirst()
        .orElseThrow();
  }

  /** The same where all messages are wanted. */
  Topics templatesOnly(CommandSpec spec) {
    List<String> filters = filters(spec);
    if (!filters.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--topic: want a template with FLEET, DEVICE, KIND or ROUTE in it, got '" + filters.get(0)
              + "'");
    }
    return templates(spec);
  }

  /** Filters for some of the messages; none where all are wanted. */
  List<String> filters(CommandSpec spec) {
    List<String> filters = new ArrayList<>();
    for (String each : given) {
      if (OF_KIND.matcher(each).matches() || Topics.isTemplate(each)) {
        continue;
      }
      if (each.isEmpty() || each.matches(".*([^/]#|#.|[^/]\\+|\\+[^/]).*")) {
        throw new ParameterException(
            spec.commandLine(),
            "--topic: want a template, or an MQTT topic filter, + and # as whole levels, got '"
                + each + "'");
      }
      filters.add(each);
    }
    return filters;
  }
}
