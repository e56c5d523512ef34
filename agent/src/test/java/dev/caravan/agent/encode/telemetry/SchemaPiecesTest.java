package dev.caravan.agent.encode.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.encode.telemetry.SchemaPieces.Piece;
import dev.caravan.v1.Group;
import dev.caravan.v1.Kind;
import dev.caravan.v1.Schema;
import dev.caravan.v1.Signal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaPiecesTest {
  /** 20 groups of about 70 bytes. */
  private static Bytes schema() {
    Schema.Builder schema =
        Schema.newBuilder().setFleet("demo").setDevice("xa-1").setRoute("cloud");
    for (int i = 0; i < 20; i++) {
      Group.Builder group = schema.addGroupsBuilder().setName("can0.Message" + i);
      for (String name : List.of("Speed", "Slope")) {
        group.addSignals(Signal.newBuilder()
            .setPath("can0.Message" + i + "." + name)
            .setKind(Kind.KIND_UNSIGNED));
      }
    }
    return Bytes.owning(schema.build().toByteArray());
  }

  @ParameterizedTest
  @ValueSource(ints = {160, 161, 257, 400, 1000, 5000})
  void piecesAreNoLargerThanAskedForAndMakeTheWhole(int mostBytes) throws Exception {
    Bytes whole = schema();
    List<Piece> pieces = SchemaPieces.cut(whole, mostBytes);
    Piece last = pieces.get(pieces.size() - 1);
    List<Piece> before = pieces.subList(0, pieces.size() - 1);
    assertTrue(
        pieces.stream().allMatch(piece -> piece.content().length() <= mostBytes), pieces::toString);
    assertEquals(SignalBook.idOf(whole), last.id());
    assertEquals(
        before.stream().map(Piece::id).toList(), SchemaPieces.of(last.content()).named());
    Bytes joined = Bytes.EMPTY;
    for (Piece piece : before) {
      assertEquals(SignalBook.idOf(piece.content()), piece.id());
      assertEquals(List.of(), SchemaPieces.of(piece.content()).named());
      joined = joined.then(SchemaPieces.of(piece.content()).run());
    }
    assertEquals(whole, joined);
  }

  @Test
  void aSchemaThatIsWholeIsNoPieceAndNamesNone() throws Exception {
    assertEquals(new SchemaPieces(List.of(), Bytes.EMPTY), SchemaPieces.of(schema()));
  }

  @ParameterizedTest
  @ValueSource(ints = {-5, 0, 4, 5, 80})
  void whatWouldHaveTooManyPiecesIsNotCut(int mostBytes) {
    assertEquals(List.of(), SchemaPieces.cut(schema(), mostBytes));
  }

  @Test
  void whatIsNoSchemaIsMalformed() {
    assertThrows(MalformedMessageException.class, () -> SchemaPieces.of(Bytes.ofHex("ffff")));
  }
}
