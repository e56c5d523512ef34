package dev.caravan.agent.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.SchemaPieces.Piece;
import dev.caravan.v1.Group;
import dev.caravan.v1.Kind;
import dev.caravan.v1.Schema;
import dev.caravan.v1.Signal;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
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

  private static Bytes joined(List<Piece> pieces) throws MalformedMessageException {
    Map<Bytes, SchemaPieces> found = new HashMap<>();
    for (Piece piece : pieces.subList(0, pieces.size() - 1)) {
      assertEquals(SchemaId.of(piece.content()), piece.id());
      found.put(piece.id(), SchemaPieces.of(piece.content()));
    }
    SchemaPieces list = SchemaPieces.of(pieces.get(pieces.size() - 1).content());
    return list.joined(id -> Optional.ofNullable(found.get(id))).orElseThrow();
  }

  /** 20 kB of a schema that packs badly, for brokers that take 400 to 520 bytes, some 150 of them around the content. */
  @ParameterizedTest
  @ValueSource(ints = {40, 100, 161, 250, 257, 370, 1000, 4000, 19_000})
  void piecesAreNoLargerThanAskedForAndMakeTheWhole(int mostBytes) throws Exception {
    Bytes whole = random(20_000);
    List<Piece> pieces = SchemaPieces.cut(whole, mostBytes);
    assertTrue(
        pieces.stream().allMatch(piece -> piece.content().length() <= mostBytes), pieces::toString);
    assertEquals(SchemaId.of(whole), pieces.get(pieces.size() - 1).id());
    assertEquals(whole, joined(pieces));
  }

  @Test
  void aListThatIsTooLargeIsInPiecesItself() throws Exception {
    // 250 bytes hold 25 names of 10, and runs of 246: 82 runs, 4 lists, and the list of these
    List<Piece> pieces = SchemaPieces.cut(random(20_000), 250);
    assertEquals(82 + 4 + 1, pieces.size());
    assertEquals(
        pieces.subList(82, 86).stream().map(Piece::id).toList(),
        SchemaPieces.of(pieces.get(86).content()).named());
  }

  @Test
  void theLargestSchemaThatThreeNamesAListCanTellHasEightLists() throws Exception {
    // 30 bytes hold 3 names, and runs of 26: 3 to the power of 8 runs
    assertEquals(170_586, 6561 * 26);
    Bytes whole = random(170_586);
    assertEquals(whole, joined(SchemaPieces.cut(whole, 30)));
    assertEquals(List.of(), SchemaPieces.cut(random(170_587), 30));
  }

  @Test
  void listsThatHoldEachOtherAreRefused() throws Exception {
    SchemaPieces itself = new SchemaPieces(List.of(Bytes.ofHex("01")), Bytes.EMPTY);
    assertThrows(MalformedMessageException.class, () -> itself.joined(id -> Optional.of(itself)));
  }

  @Test
  void whatGrowsBeyondEightMebibytesIsRefused() throws Exception {
    SchemaPieces run = new SchemaPieces(List.of(), random(1 << 20));
    SchemaPieces nine = new SchemaPieces(Collections.nCopies(9, Bytes.ofHex("01")), Bytes.EMPTY);
    assertThrows(MalformedMessageException.class, () -> nine.joined(id -> Optional.of(run)));
  }

  @Test
  void aSchemaOfMoreThan1024BytesTravelsPackedAndIsTheSame() throws Exception {
    Bytes whole = schema();
    assertTrue(whole.length() > 1024);
    Piece only = SchemaPieces.cut(whole, 1000).get(0);
    assertEquals(SchemaId.of(whole), only.id());
    assertTrue(
        only.content().length() < whole.length() / 3, () -> "" + only.content().length());
    assertEquals(BatchReader.schema(whole), BatchReader.schema(only.content()));
    Bytes small = Bytes.of(whole.toArray(), 0, 1024);
    assertEquals(List.of(new Piece(SchemaId.of(small), small)), SchemaPieces.cut(small, 1024));
  }

  @Test
  void aPackedSchemaThatUnpacksToMoreThanEightMebibytesIsRefused() {
    ByteString bomb = ByteString.copyFrom(BodyPacker.deflated(Bytes.owning(new byte[9 << 20])));
    Bytes message = Bytes.owning(Schema.newBuilder().setPacked(bomb).build().toByteArray());
    assertThrows(MalformedMessageException.class, () -> BatchReader.schema(message));
  }

  private static Bytes random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Bytes.owning(bytes);
  }

  @Test
  void aSchemaThatIsWholeIsNoPieceAndNamesNone() throws Exception {
    assertEquals(new SchemaPieces(List.of(), Bytes.EMPTY), SchemaPieces.of(schema()));
  }

  @ParameterizedTest
  @ValueSource(ints = {-5, 0, 4, 5, 19})
  void whatWouldHaveTooManyPiecesIsNotCut(int mostBytes) {
    assertEquals(List.of(), SchemaPieces.cut(schema(), mostBytes));
  }

  @Test
  void whatIsNoSchemaIsMalformed() {
    assertThrows(MalformedMessageException.class, () -> SchemaPieces.of(Bytes.ofHex("ffff")));
  }
}
