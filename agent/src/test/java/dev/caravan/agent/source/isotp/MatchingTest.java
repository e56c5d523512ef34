package dev.caravan.agent.source.isotp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.bytes.Bytes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replies laid out by hand after SAE J1979 and ISO 14229-1. */
class MatchingTest {
  @ParameterizedTest
  @CsvSource({
    "410c1af8, 010c, true",
    "410d32, 010c, false", // late, to an earlier request
    "410d320c1af8, 010c0d, true", // in an order of its own
    "410532, 010c0d, false",
    "41, 010c, false",
    "420c001af8, 020c00, true",
    "420c011af8, 020c00, false",
    "43020143, 03, true",
    "47020143, 03, false",
    "490201, 0902, true",
    "490401, 0902, false",
    "5902af014311af, 1902ff, true",
    "590aaf014311af, 1902ff, false",
    "6101a0, 2101, true",
    "6102a0, 2101, false",
    "61, 2101, false",
    "7f2112, 2101, true",
    "62f190, 22f190, true",
    "62f18c, 22f190, false",
    "62f18c00f190, 22f190f18c, true",
    "62f1, 22f190, false",
    "7f2231, 22f190, true",
    "7f1931, 22f190, false",
    "7f22, 22f190, false",
    "f190, 22f190, false"
  })
  void aReplyAnswersWhatItRepeats(String reply, String request, boolean answers) {
    assertEquals(answers, Matching.answers(Bytes.ofHex(reply), Bytes.ofHex(request)));
  }
}
