package dev.caravan.agent.source.isotp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.CanFrame;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single exchanges, frame by frame, in a time of their own. */
class ExchangeTest {
  private static final int EVERYONE = DiagnosticRequest.EVERYONE;

  private final FakeTimeline timeline = new FakeTimeline(1_700_000_000_000_000_000L);
  private final Health health = new Health();
  private final List<String> sent = new ArrayList<>();
  private final List<String> replies = new ArrayList<>();
  private boolean takesAll = true;
  private Exchange exchange = exchange(Addressing.BITS_11);

  private Exchange exchange(Addressing addressing) {
    return new Exchange("can0", this::transmit, addressing, 150_000_000L, timeline, health);
  }

  private boolean transmit(CanFrame frame) {
    if (takesAll) {
      sent.add(frame.toString());
    }
    return takesAll;
  }

  private void add(DiagnosticReply reply) {
    String ecu = reply.ecu() < 0 ? "nobody" : Integer.toHexString(reply.ecu());
    replies.add(ecu + " " + reply.request() + " " + reply.outcome() + " " + reply.payload());
  }

  private void ask(int target, String request) throws IOException {
    sent.clear();
    replies.clear();
    exchange.begin(new DiagnosticRequest(target, Bytes.ofHex(request)));
  }

  private void hear(int id, String hex) throws IOException {
    hear(id, id > 0x7FF ? CanFrame.EXTENDED : 0, hex);
  }

  private void hear(int id, int flags, String hex) throws IOException {
    byte[] payload = Bytes.ofHex(hex).toArray();
    CanFrame frame = new CanFrame();
    frame.set(timeline.nowNs(), id, flags, payload, 0, payload.length);
    exchange.hear(frame, this::add);
    exchange.tick(this::add);
  }

  private void pass(long ms) {
    timeline.advanceNs(ms * 1_000_000);
    exchange.tick(this::add);
  }

  @Test
  void aRequestToOneUnitIsOverWithItsReply() throws IOException {
    ask(0x7E0, "010c");
    assertEquals(List.of("7E0#02010ccccccccccc"), sent);
    hear(0x7E9, "03410c1af8"); // of another unit
    hear(0x7E8, "04410c1af8");
    assertEquals(List.of("7e8 010c POSITIVE 410c1af8"), replies);
    assertFalse(exchange.isUnderWay());
  }

  @Test
  void aUnitOutsideTheTableAnswersUnderItsIdentifierAndEight() throws IOException {
    ask(0x710, "22f190");
    hear(0x718, "037f2231");
    assertEquals(List.of("718 22f190 NEGATIVE 7f2231"), replies);
  }

  @ParameterizedTest
  @CsvSource({"714, 77E, 71C", "6A2, 682, 6AA", "714, 734, 77E", "17FC0076, 17FE0076, 17FC7600"})
  void aUnitIsHeardAndLetGoOnUnderTheIdentifiersOfItsOwn(
      String request, String answer, String other) throws IOException {
    int to = Integer.parseInt(request, 16);
    int from = Integer.parseInt(answer, 16);
    sent.clear();
    exchange.begin(new DiagnosticRequest(to, from, Bytes.ofHex("22f190")));
    hear(Integer.parseInt(other, 16), "037f2231cccccccc");
    hear(0x7E8, "037f2231cccccccc");
    assertEquals(List.of(), replies);
    hear(from, "100a62f190414243");
    hear(from, "2144454647aaaaaa");
    assertEquals(List.of(request + "#0322f190cccccccc", request + "#300000cccccccccc"), sent);
    assertEquals(
        List.of(answer.toLowerCase(Locale.ROOT) + " 22f190 POSITIVE 62f19041424344454647"),
        replies);
    assertFalse(exchange.isUnderWay());
  }

  @Test
  void severalUnitsAnswerEveryoneUntilNobodyHasSpokenForTheTimeout() throws IOException {
    ask(EVERYONE, "0100");
    assertEquals(List.of("7DF#020100cccccccccc"), sent);
    pass(149);
    hear(0x7E8, "064100be3fa813aa");
    pass(149);
    hear(0x7EF, "06410098180001aa");
    pass(149);
    assertTrue(exchange.isUnderWay());
    pass(1);
    assertFalse(exchange.isUnderWay());
    assertEquals(
        List.of("7e8 0100 POSITIVE 4100be3fa813", "7ef 0100 POSITIVE 410098180001"), replies);
  }

  @Test
  void longRepliesOfTwoUnitsInterleaveAndEachGetsItsOwnFlowControl() throws IOException {
    ask(EVERYONE, "0902");
    hear(0x7E8, "1014490201314434");
    hear(0x7E9, "100a490201414243");
    assertEquals(
        List.of("7DF#020902cccccccccc", "7E0#300000cccccccccc", "7E1#300000cccccccccc"), sent);
    hear(0x7E8, "2147503030523535");
    hear(0x7E9, "2144454647aaaaaa");
    pass(900); // the first goes on late, but in time
    hear(0x7E8, "2242313233343536");
    pass(150);
    assertEquals(
        List.of(
            "7e9 0902 POSITIVE 49020141424344454647",
            "7e8 0902 POSITIVE 4902013144344750303052353542313233343536"),
        replies);
    assertFalse(exchange.isUnderWay());
  }

  @Test
  void nobodyIsSilence() throws IOException {
    ask(EVERYONE, "0100");
    pass(149);
    assertEquals(List.of(), replies);
    pass(1);
    assertEquals(List.of("nobody 0100 SILENCE "), replies);
    assertFalse(exchange.isUnderWay());
  }

  @Test
  void aUnitThatSaysPendingIsWaitedForFiveSecondsFromThen() throws IOException {
    ask(0x7E0, "190a");
    hear(0x7E8, "037f1978");
    pass(4000);
    hear(0x7E8, "037f1978");
    pass(4999);
    hear(0x7E8, "06590aaf014311af");
    assertEquals(List.of("7e8 190a POSITIVE 590aaf014311"), replies);
    ask(0x7E0, "190a");
    hear(0x7E8, "037f1978");
    pass(4999);
    assertTrue(exchange.isUnderWay());
    pass(1);
    assertEquals(List.of("7e8 190a NEGATIVE 7f1978"), replies);
  }

  @Test
  void aUnitThatSaysPendingForEverIsLeftAfterTenSeconds() throws IOException {
    ask(0x7E0, "190a");
    int seconds = 0;
    while (exchange.isUnderWay() && seconds < 60) {
      hear(0x7E8, "037f1978");
      pass(1000);
      seconds++;
    }
    assertEquals(10, seconds);
  }

  @Test
  void aUnitThatNeverAnswersWhatItHasPendingDoesNotHoldTheOthersUpAgain() throws IOException {
    assertEquals(5000, msOfRequestThatOneUnitHasPending());
    assertEquals(150, msOfRequestThatOneUnitHasPending()); // it has one second to go
    pass(850);
    assertEquals(5000, msOfRequestThatOneUnitHasPending());
    assertEquals(150, msOfRequestThatOneUnitHasPending());
    assertEquals(
        "'response pending' without an answer: unit 7e9",
        health.part("source", "can0").why());
    assertEquals(4, health.total(Declared.count("diagnostic.unkept")));
    ask(EVERYONE, "010c");
    hear(0x7E9, "04410c1af8");
    assertEquals("", health.part("source", "can0").why());
  }

  /** 7E8 answers, 7E9 promises. */
  private long msOfRequestThatOneUnitHasPending() throws IOException {
    ask(EVERYONE, "010c");
    hear(0x7E8, "04410c1af8");
    hear(0x7E9, "037f0178");
    long ms = 0;
    while (exchange.isUnderWay()) {
      pass(10);
      ms += 10;
    }
    assertEquals(List.of("7e8 010c POSITIVE 410c1af8", "7e9 010c NEGATIVE 7f0178"), replies);
    return ms;
  }

  @Test
  void repliesToEarlierRequestsAreNotTakenAndGetNoFlowControl() throws IOException {
    ask(EVERYONE, "010c");
    hear(0x7E8, "03410d32");
    hear(0x7E8, "1014490201314434");
    hear(0x7E8, "2147503030523535");
    assertEquals(1, sent.size());
    hear(0x7E8, "04410c1af8");
    pass(150);
    assertEquals(List.of("7e8 010c POSITIVE 410c1af8"), replies);
    assertEquals(2, health.total(Declared.count("isotp.unasked")));
  }

  @Test
  void whatComesWhileNothingIsAskedIsIgnored() throws IOException {
    hear(0x7E8, "1014490201314434");
    hear(0x7E8, "03410d32");
    assertEquals(List.of(), replies);
    assertEquals(List.of(), sent);
  }

  @Test
  void aReplyThatBreaksOffIsGarbled() throws IOException {
    ask(0x7E0, "0902");
    hear(0x7E8, "1014490201314434");
    hear(0x7E8, "2247503030523535");
    pass(150);
    assertEquals(List.of("7e8 0902 GARBLED "), replies);
    ask(0x7E0, "0902");
    hear(0x7E8, "1014490201314434");
    pass(1000);
    assertTrue(exchange.isUnderWay());
    pass(1);
    assertEquals(List.of("7e8 0902 GARBLED "), replies);
    assertEquals(1, health.total(Declared.count("isotp.aborted")));
    assertEquals(1, health.total(Declared.count("isotp.timeouts")));
  }

  @Test
  void aReplyThatIsTooLongIsToldSo() throws IOException {
    ask(0x7E0, "22f190");
    hear(0x7E8, "100000001000" + "62f1");
    assertEquals("7E0#320000cccccccccc", sent.get(1));
    pass(150);
    assertEquals(List.of("7e8 22f190 GARBLED "), replies);
  }

  @Test
  void identifiersOf29BitsNameTheUnitAndAreNotTakenForOnesOf11() throws IOException {
    exchange = exchange(Addressing.BITS_29);
    ask(EVERYONE, "0902");
    assertEquals(List.of("18DB33F1#020902cccccccccc"), sent);
    hear(0x7E8, "03490201");
    hear(0x18DAF110, 0, "03490201");
    hear(0x18DAF110, "100a490201414243");
    assertEquals("18DA10F1#300000cccccccccc", sent.get(1));
    hear(0x18DAF110, "2144454647aaaaaa");
    pass(150);
    assertEquals(List.of("18daf110 0902 POSITIVE 49020141424344454647"), replies);
    ask(0x18DA28F1, "22f190");
    hear(0x18DAF128, "0462f19041");
    assertEquals(List.of("18daf128 22f190 POSITIVE 62f19041"), replies);
  }

  @Test
  void remoteFramesErrorsAndFramesSentHereAreNoReplies() throws IOException {
    ask(0x7E0, "010d");
    hear(0x7E8, CanFrame.REMOTE, "03410d32");
    hear(0x7E8, CanFrame.ERROR, "03410d32");
    hear(0x7E8, CanFrame.SENT, "03410d32");
    pass(150);
    assertEquals(List.of("nobody 010d SILENCE "), replies);
  }

  @Test
  void aRequestThatMayNotBeSentIsSilence() throws IOException {
    takesAll = false;
    ask(0x7E0, "010d");
    pass(150);
    assertEquals(List.of("nobody 010d SILENCE "), replies);
  }

  @Test
  void aCanFdReplyInOneFrameIsWhole() throws IOException {
    ask(0x7E0, "22f190");
    hear(0x7E8, CanFrame.FD, "001462f1904c4352564e453132333435363738393031" + "cccc");
    assertEquals(List.of("7e8 22f190 POSITIVE 62f1904c4352564e453132333435363738393031"), replies);
  }
}
