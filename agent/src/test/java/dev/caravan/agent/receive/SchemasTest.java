package dev.caravan.agent.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.wire.MalformedMessageException;
import dev.caravan.agent.wire.SchemaId;
import dev.caravan.agent.wire.SchemaPieces;
import dev.caravan.agent.wire.SchemaPieces.Piece;
import dev.caravan.v1.Schema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SchemasTest {
  private static List<Piece> pieces() {
    Schema.Builder schema =
        Schema.newBuilder().setFleet("demo").setDevice("xa-1").setRoute("cloud");
    for (int i = 0; i < 20; i++) {
      schema.addGroupsBuilder().setName("can0.Message" + i);
    }
    return SchemaPieces.cut(Bytes.owning(schema.build().toByteArray()), 60);
  }

  @Test
  void piecesMakeASchemaInWhateverOrderTheyCome() throws Exception {
    List<Piece> pieces = pieces();
    assertTrue(pieces.size() > 3, pieces::toString);
    Bytes whole = pieces.get(pieces.size() - 1).id();
    for (int seed = 0; seed < 100; seed++) {
      List<Piece> shuffled = new ArrayList<>(pieces);
      Collections.shuffle(shuffled, new Random(seed));
      Schemas schemas = new Schemas(Room.share(3));
      for (int i = 0; i < shuffled.size(); i++) {
        assertEquals(false, schemas.find(whole).isPresent(), "seed " + seed);
        List<Bytes> known =
            schemas.arrived(shuffled.get(i).id().toString(), shuffled.get(i).content());
        assertEquals(i == shuffled.size() - 1, known.contains(whole), "seed " + seed);
      }
      assertEquals(
          "xa-1", schemas.find(whole).orElseThrow().sender().orElseThrow().device());
    }
  }

  @Test
  void piecesOfAnotherSchemaAreRefused() throws Exception {
    List<Piece> pieces = pieces();
    Schemas schemas = new Schemas(Room.share(3));
    Piece last = pieces.get(pieces.size() - 1);
    for (Piece piece : pieces.subList(0, pieces.size() - 1)) {
      schemas.arrived(piece.id().toString(), piece.content());
    }
    assertThrows(
        MalformedMessageException.class, () -> schemas.arrived("0011223344556677", last.content()));
    assertThrows(MalformedMessageException.class, () -> schemas.arrived("nothex", last.content()));
    assertEquals(List.of(last.id()), schemas.arrived(last.id().toString(), last.content()));
  }

  private static Bytes list(Bytes... ids) {
    Schema.Builder list = Schema.newBuilder();
    for (Bytes id : ids) {
      list.addPieces(ByteString.copyFrom(id.toArray()));
    }
    return Bytes.owning(list.build().toByteArray());
  }

  private static Bytes run(int bytes) {
    return Bytes.owning(
        Schema.newBuilder().setRun(ByteString.copyFrom(new byte[bytes])).build().toByteArray());
  }

  /** Each of 20,000 lists makes 7 MB once the piece comes that all of them want. */
  @Test
  @Timeout(20)
  void oneMessageJoinsNoMoreThanItMay() throws Exception {
    Schemas schemas = new Schemas(Room.share(3));
    Bytes large = run(1_000_000);
    schemas.arrived("00", large);
    Bytes id = SchemaId.of(large);
    Bytes within = list(id, id, id, id, id, id, id);
    schemas.arrived(SchemaId.of(within).toString(), within);
    Bytes last = run(1);
    Bytes waiting = list(SchemaId.of(within), SchemaId.of(last));
    for (int i = 0; i < 20_000; i++) {
      schemas.arrived("%016x".formatted(i), waiting);
    }
    assertThrows(MalformedMessageException.class, () -> schemas.arrived("00", last));
    // what was given up is forgotten, and the next message has all it may again
    for (Piece piece : pieces()) {
      schemas.arrived(piece.id().toString(), piece.content());
    }
    assertTrue(schemas.find(pieces().get(pieces().size() - 1).id()).isPresent());
  }

  @Test
  void idsOfPiecesHaveALongest() throws Exception {
    Schemas schemas = new Schemas(Room.share(3));
    schemas.arrived("00", list(Bytes.owning(new byte[64])));
    Bytes tooLong = list(Bytes.owning(new byte[65]));
    assertThrows(MalformedMessageException.class, () -> schemas.arrived("00", tooLong));
  }
}
