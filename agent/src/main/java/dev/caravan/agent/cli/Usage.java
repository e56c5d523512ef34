package dev.caravan.agent.cli;

import dev.caravan.agent.config.Spelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in the form of all our messages: the option, what was wanted, what was found. */
final class Usage {
  /** As picocli says it of {@code help tial}. */
  private static final Pattern HELPED = Pattern.compile("Unknown subcommand '(.*)'\\.");

  private Usage() {}

  static String words(ParameterException e) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    if (e instanceof UnmatchedArgumentException unmatched) {
      return unmatched(unmatched.getUnmatched().get(0), command);
    } else if (e instanceof OverwrittenOptionException twice) {
      return name(twice.getOverwritten()) + ": given twice; want it once";
    } else if (e instanceof MissingParameterException missing
        && !missing.getMissing().isEmpty()) {
      ArgSpec first = missing.getMissing().get(0);
      return name(first) + ": missing" + (first.isOption() ? "; want " + first.paramLabel() : "");
    }
    Matcher helped = HELPED.matcher(String.valueOf(e.getMessage()));
    if (helped.matches()) {
      return unmatched(helped.group(1), command);
    }
    ArgSpec argument = e.getArgSpec();
    if (argument == null) {
      return String.valueOf(e.getMessage());
    }
    return name(argument) + ": " + wanted(argument, String.valueOf(e.getMessage()), e.getValue());
  }

  /** Of a value that was found, or of an option without any. */
  private static String wanted(ArgSpec argument, String message, String value) {
    String got = value == null ? "" : ", got '" + value + "'";
    Class<?> type = argument.isMultiValue() ? argument.auxiliaryTypes()[0] : argument.type();
    if (value == null && argument.isOption()) {
      return "missing; want " + argument.paramLabel();
    } else if (type.isEnum()) {
      List<String> words = new ArrayList<>();
      for (Object each : type.getEnumConstants()) {
        words.add(each.toString().toLowerCase(Locale.ROOT));
      }
      return "want one of " + String.join(", ", words) + got;
    } else if (type == Long.class
        || type == long.class
        || type == Integer.class
        || type == int.class) {
      return "want a whole number" + got;
    }
    int want = message.indexOf("want ");
    return want < 0 ? "not good" + got : message.substring(want) + got;
  }

  /** An option by its longest name, a parameter by its label. */
  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  private static String unmatched(String word, CommandSpec command) {
    boolean isOption = word.startsWith("-") && word.length() > 1;
    boolean isCommand = !isOption && !command.subcommands().isEmpty();
    String bare = isOption ? word.replaceAll("=.*", "") : word;
    Set<String> known = new TreeSet<>();
    if (isOption) {
      command.options().forEach(option -> known.add(option.longestName()));
    } else if (isCommand) {
      known.addAll(command.subcommands().keySet());
    }
    return (isOption
            ? "unknown option '"
            : isCommand ? "unknown command '" : "unexpected argument '")
        + bare + "'"
        + (bare.length() <= 2 ? Optional.<String>empty() : Spelling.nearest(bare, known))
            .map(near -> "; did you mean '" + near + "'?")
            .orElse("");
  }

  /** Prints what is wrong, and where help is. */
  static int wrong(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    line.getErr().println(words(e));
    line.getErr().println("try: " + line.getCommandSpec().qualifiedName() + " --help");
    return Caravan.WRONG;
  }

  /** A command that only has others below it: names them. */
  static int bare(CommandLine line) {
    line.usage(line.getErr());
    return Caravan.WRONG;
  }
}
