package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Visible;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/** Lines for a person: what a line must not have is shown as {@link Visible} says, wherever it comes from. */
final class VisibleWriter extends FilterWriter {
  VisibleWriter(Writer out) {
    super(out);
  }

  @Override
  public void write(int character) throws IOException {
    write(new char[] {(char) character}, 0, 1);
  }

  @Override
  public void write(char[] from, int begin, int count) throws IOException {
    StringBuilder shown = new StringBuilder(count);
    for (int i = begin; i < begin + count; i++) {
      if (from[i] == '\n' || from[i] == '\t') {
        shown.append(from[i]);
      } else {
        Visible.append(from[i], shown);
      }
    }
    out.write(shown.toString());
  }

  @Override
  public void write(String from, int begin, int count) throws IOException {
    write(from.toCharArray(), begin, count);
  }
}
