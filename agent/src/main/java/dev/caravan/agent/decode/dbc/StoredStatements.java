package dev.caravan.agent.decode.dbc;

import java.util.Arrays;
import java.util.Iterator;

/**
 * Statements that are understood later, as the places where they begin: read again when they are wanted, for as tokens they
 * take many times the memory of their text.
 */
final class StoredStatements implements Iterable<Statement> {
  private final DbcLexer lexer;

  /** For each the index of its first character, its line and its column, negative for one that is not the first of its line. */
  private int[] places = new int[3 * 64];

  private int size;

  /** Of those that {@code lexer} reads. */
  StoredStatements(DbcLexer lexer) {
    this.lexer = lexer;
  }

  void add(Token keyword) {
    if (size == places.length) {
      places = Arrays.copyOf(places, size * 2);
    }
    places[size++] = keyword.at();
    places[size++] = keyword.line();
    places[size++] = keyword.first() ? keyword.column() : -keyword.column();
  }

  @Override
  public Iterator<Statement> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < size;
      }

      @Override
      public Statement next() {
        next += 3;
        int column = places[next - 1];
        DbcLexer again = new DbcLexer(
            lexer,
            new Token(
                Token.Kind.WORD,
                "",
                places[next - 3],
                places[next - 2],
                Math.abs(column),
                column > 0));
        return Statement.read(again.next().inUpperCase(), again);
      }
    };
  }
}
