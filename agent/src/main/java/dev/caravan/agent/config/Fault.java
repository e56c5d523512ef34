package dev.caravan.agent.config;

/**
 * One thing wrong with a configuration, or with a file that it names.
 *
 * @param where {@code file}, {@code file:line} or {@code file:line:column}
 * @param what path of the key, what was found and what was wanted
 */
public record Fault(String where, String what) {
  /** Keeps to one line, whatever was found. */
  public Fault {
    what = what.replaceAll("\\p{Cntrl}", " ");
  }

  @Override
  public String toString() {
    return where + ": " + what;
  }
}
