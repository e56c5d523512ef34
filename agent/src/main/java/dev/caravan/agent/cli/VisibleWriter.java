package dev.caravan.agent.cli;

import dev.caravan.agent.bytes.Visible;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/** Lines for a person: what a line must not have is shown as {@link Visible} says, wherever it comes from. */
final class VisibleWriter extends FilterWriter {
  // the first half of a character whose other half has not come yet; 0 for none
  private char half;

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
      if (half != 0 && Character.isLowSurrogate(from[i])) {
        Visible.append(Character.toCodePoint(half, from[i]), shown);
        half = 0;
        continue;
      }
      endHalf(shown);
      if (Character.isHighSurrogate(from[i])) {
        half = from[i];
      } else if (from[i] == '\n' || from[i] == '\t') {
        shown.append(from[i]);
      } else {
        Visible.append(from[i], shown);
      }
    }
    out.write(shown.toString());
  }

  private void endHalf(StringBuilder shown) {
    if (half != 0) {
      Visible.append(half, shown);
      half = 0;
    }
  }

  @Override
  public void write(String from, int begin, int count) throws IOException {
    write(from.toCharArray(), begin, count);
  }

  @Override
  public void close() throws IOException {
    StringBuilder shown = new StringBuilder();
    endHalf(shown);
    out.write(shown.toString());
    super.close();
  }
}
