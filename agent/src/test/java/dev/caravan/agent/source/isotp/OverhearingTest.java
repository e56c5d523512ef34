package dev.caravan.agent.source.isotp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.Frame;
import dev.caravan.agent.source.FrameChunk;
import dev.caravan.agent.source.diagnostic.UnitIds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Conversations of another tester, laid out by hand after SAE J1979 and ISO 14229-1. */
class OverhearingTest {
  private final Health health = new Health();
  private final List<String> replies = new ArrayList<>();
  private Overhearing overhearing = overhearing(Addressing.BITS_11);
  private long timeNs = 1_700_000_000_000_000_000L;

  private Overhearing overhearing(Addressing addressing, UnitIds.Pair... listed) {
    return new Overhearing(
        addressing, new UnitIds(List.of(listed)), IsoTpCounts.of(health, "can0"));
  }

  private void add(Frame frame) {
    DiagnosticReply reply = (DiagnosticReply) frame;
    replies.add(Integer.toHexString(reply.ecu()) + " " + reply.request() + " " + reply.outcome()
        + " " + reply.payload());
  }

  private void hear(int id, String hex) {
    byte[] payload = Bytes.ofHex(hex).toArray();
    timeNs += 1_000_000;
    overhearing.hear(new CanFrame()
        .set(timeNs, id, id > 0x7FF ? CanFrame.EXTENDED : 0, payload, 0, payload.length));
    FrameChunk chunk = new FrameChunk("can0", 8);
    assertTrue(overhearing.giveOut(chunk));
    for (int i = 0; i < chunk.size(); i++) {
      add(chunk.frame(i));
    }
  }

  @Test
  void repliesAreGivenOutWithTheRequestOfTheirUnit() {
    hear(0x7DF, "02010ccccccccccc");
    hear(0x7E8, "04410c1af8cccccc");
    hear(0x7E0, "0322f190cccccccc");
    hear(0x7E9, "04410c1af0cccccc");
    hear(0x7E8, "100a62f190414243");
    hear(0x7E0, "300000cccccccccc");
    hear(0x7E8, "2144454647aaaaaa");
    assertEquals(
        List.of(
            "7e8 010c POSITIVE 410c1af8",
            "7e9 010c POSITIVE 410c1af0",
            "7e8 22f190 POSITIVE 62f19041424344454647"),
        replies);
  }

  @Test
  void aReplyWithoutItsRequestStandsAlone() {
    hear(0x7E8, "04410c1af8cccccc");
    hear(0x7E0, "0322f190cccccccc");
    hear(0x7E8, "03410d32cccccccc");
    assertEquals(List.of("7e8  POSITIVE 410c1af8", "7e8  POSITIVE 410d32"), replies);
  }

  @Test
  void refusalsAreGivenOutAndPendingIsNot() {
    hear(0x7E0, "02190acccccccccc");
    hear(0x7E8, "037f1978cccccccc");
    hear(0x7E8, "037f1931cccccccc");
    assertEquals(List.of("7e8 190a NEGATIVE 7f1931"), replies);
  }

  @Test
  void whatAWorkshopWritesAndUnlocksIsNotGivenOut() {
    hear(0x7E0, "022701cccccccccc");
    hear(0x7E8, "066701deadbeefcc");
    hear(0x7E8, "037f2735cccccccc");
    hear(0x7E0, "042ef19041cccccc");
    hear(0x7E8, "036ef190cccccccc");
    hear(0x7E8, "027f22cccccccccc");
    assertEquals(List.of(), replies);
  }

  @Test
  void listedUnitsAreOverheardUnderTheirIdentifiers() {
    overhearing = overhearing(
        Addressing.BITS_11,
        new UnitIds.Pair(0x714, 0x77E),
        new UnitIds.Pair(0x6A2, 0x682),
        new UnitIds.Pair(0x7E0, 0x7E9),
        new UnitIds.Pair(0x17FC0076, 0x17FE0076));
    hear(0x714, "0322f190cccccccc");
    hear(0x6A2, "022101cccccccccc");
    hear(0x71C, "0462f19041cccccc");
    hear(0x77E, "100a62f190414243");
    hear(0x714, "300000cccccccccc");
    hear(0x682, "046101a0b0cccccc");
    hear(0x77E, "2144454647aaaaaa");
    hear(0x7E0, "0322f18ccccccccc");
    hear(0x7E9, "0462f18c07cccccc");
    hear(0x17FC0076, "0322f187cccccccc");
    hear(0x17FE0076, "0462f18742cccccc");
    assertEquals(
        List.of(
            "682 2101 POSITIVE 6101a0b0",
            "77e 22f190 POSITIVE 62f19041424344454647",
            "7e9 22f18c POSITIVE 62f18c07",
            "17fe0076 22f187 POSITIVE 62f18742"),
        replies);
  }

  @Test
  void unitsOf29BitsAreToldApart() {
    overhearing = overhearing(Addressing.BITS_29);
    hear(0x18DA10F1, "0322f190cccccccc");
    hear(0x18DA28F1, "0322f18ccccccccc");
    hear(0x18DAF110, "100a62f190414243");
    hear(0x18DAF128, "100a62f18c616263");
    hear(0x18DAF110, "2144454647aaaaaa");
    hear(0x18DAF128, "2164656667aaaaaa");
    hear(0x18DB33F1, "02010dcccccccccc");
    hear(0x18DAF128, "03410d32cccccccc");
    hear(0x7E8, "03410d33cccccccc");
    assertEquals(
        List.of(
            "18daf110 22f190 POSITIVE 62f19041424344454647",
            "18daf128 22f18c POSITIVE 62f18c61626364656667",
            "18daf128 010d POSITIVE 410d32"),
        replies);
  }
}
