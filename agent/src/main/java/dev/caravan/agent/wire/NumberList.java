package dev.caravan.agent.wire;

/** A repeated field of numbers that is taken from front to back. */
final class NumberList {
  /** How one number is had. */
  interface At {
    long at(int index);
  }

  private final String name;
  private final int size;
  private final At at;
  private int next;

  NumberList(String name, int size, At at) {
    this.name = name;
    this.size = size;
    this.at = at;
  }

  int left() {
    return size - next;
  }

  long next() throws MalformedMessageException {
    if (next == size) {
      throw new MalformedMessageException(
          "batch content: " + name + ": size=" + size + "; more are needed");
    }
    return at.at(next++);
  }

  /** The next one, which must be in a range. */
  int next(int lowest, int highest) throws MalformedMessageException {
    long number = next();
    if (number < lowest || number > highest) {
      throw new MalformedMessageException("batch content: " + name + "[" + (next - 1) + "]="
          + Long.toUnsignedString(number) + "; want " + lowest + ".." + highest);
    }
    return (int) number;
  }

  void endsHere() throws MalformedMessageException {
    if (next < size) {
      throw new MalformedMessageException(
          "batch content: " + name + ": size=" + size + "; want " + next);
    }
  }
}
