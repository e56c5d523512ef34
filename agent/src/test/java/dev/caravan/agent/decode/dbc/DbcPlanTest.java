package dev.caravan.agent.decode.dbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.config.Fault;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.signal.Quality;
import dev.caravan.agent.source.CanFrame;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DbcPlanTest {
  private final Faults faults = new Faults();

  private DbcPlan features() throws IOException {
    return DbcPlan.of(
        List.of(Dbc.read(Dbc.resource("features.dbc"), DbcOptions.STRICT, faults)), faults);
  }

  private DbcPlan plan(String... texts) {
    return DbcPlan.of(
        java.util.Arrays.stream(texts)
            .map(text -> Dbc.read("VERSION \"\"\n" + text, DbcOptions.STRICT, faults))
            .toList(),
        faults);
  }

  // Worked out by hand from the layouts in features.dbc.
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "0000000000000000~ Speed=0=0.0 Torque=0=-10.0 Running=0=0.0=Off Level=0=0.0=Middle Temp=0=0.0",
        "700200000000ff00~ Speed=624=62.400000000000006 Torque=0=-10.0 Running=0=0.0=Off Level=0=0.0=Middle Temp=255=15.9375",
        "ffffffffffffffff~ Speed=65535=6553.5 Torque=-1=-10.5 Running=1=1.0=On Level=-1=-1.0=Low Temp=-1=-0.0625",
        "0000801004ff7000~ Speed=0=0.0 Torque=-2047=-1033.5 Running=1=1.0=On Level=-4=-4.0=Lowest Temp=-144=-9.0",
        "00007ff003800100~ Speed=0=0.0 Torque=2047=1013.5 Running=1=1.0=On Level=3=3.0=High;_\"top\" Temp=-32767=-2047.9375",
        "7002~ Speed=624=62.400000000000006",
        "700280~ Speed=624=62.400000000000006",
        "70028010~ Speed=624=62.400000000000006 Torque=-2047=-1033.5 Running=1=1.0=On",
        "70~ ''",
        "''~ ''",
      })
  void engineDataIsDecodedAsFarAsItGoes(String payload, String wanted) throws IOException {
    List<String> all = Dbc.decoded(features(), Dbc.frame(0x1F0, 0, payload));
    assertEquals(
        wanted, String.join(" ", all.stream().map(one -> one.replace(' ', '_')).toList()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "5011223344556677; Page=0 Always=5 First=17; false",
        "5107beef; Page=1 Always=5 Inner=7 Deep=-4162; false",
        "5114beef; Page=1 Always=5 Inner=20 Deep=-4162; false",
        "511ebeef; Page=1 Always=5 Inner=30 Deep=-4162; false",
        "511fbeef; Page=1 Always=5 Inner=31; true",
        "5109be; Page=1 Always=5 Inner=9 Deeper=190; false",
        "51; Page=1 Always=5; false",
        "5f; Page=15 Always=5; true",
      })
  void onlyActiveBranchesAreThere(String payload, String wanted, boolean unknown)
      throws IOException {
    DbcPlan plan = features();
    CanFrame frame = Dbc.frame(0x300, 0, payload);
    List<String> all = Dbc.decoded(plan, frame);
    assertEquals(
        wanted,
        String.join(" ", all.stream().map(one -> one.replaceAll("=[^=]*$", "")).toList()));
    DbcReading reading = plan.newReading();
    assertTrue(plan.read(frame, reading));
    assertEquals(unknown, reading.isUnknownBranch());
  }

  @Test
  void floatsAndNineByteSignalsOfALongFrameAreExact() throws IOException {
    String payload = "f8ffffffffffffff07" // bits 3..66 set: all ones
        + "00" // byte 9
        + "1fffffffffffffffc0" // bytes 10..18: BigWide from bit 84 down, 63 bits
        + "00".repeat(13) // to byte 32
        + "003e" // half 1.5
        + "40490fdb" // single, big endian: pi
        + "0000" // bytes 38, 39
        + "182d4454fb210940" // double pi
        + "ffffffffffffffff" // bytes 48..55: Unsigned64
        + "0000000000000080";
    assertEquals(
        List.of(
            "LittleWide=18446744073709551615=1.8446744073709552E19",
            "BigWide=-1=-1.0",
            "Half=1.5=1.5",
            "Single=3.1415927410125732=7.2831854820251465",
            "Double=3.141592653589793=3.141592653589793",
            "LastBit=1=1.0",
            "Unsigned64=18446744073709551615=1.8446744073709552E19=All"),
        Dbc.decoded(features(), Dbc.frame(0x400, CanFrame.FD, payload)));
  }

  @Test
  void nothingOfALongerFrameIsLeftInTheNextOne() {
    DbcPlan plan = plan("""
        BO_ 5 Long: 64 A
         SG_ Last : 448|64@1- (1,0) [0|0] "" A
        BO_ 6 Classic: 8 A
         SG_ All : 7|64@0+ (1,0) [0|0] "" A
         SG_ Low : 60|4@1- (1,0) [0|0] "" A
        BO_ 7 Spanning: 24 A
         SG_ Little : 61|64@1+ (1,0) [0|0] "" A
         SG_ Big : 65|63@0- (1,0) [0|0] "" A
         SG_ End : 191|1@1+ (1,0) [0|0] "" A
        """);
    DbcReading reading = plan.newReading();
    Random random = new Random(3);
    int[] lengths = {64, 8, 24};
    for (int round = 0; round < 300; round++) {
      int message = random.nextInt(3);
      byte[] payload = new byte[random.nextInt(lengths[message] + 1)];
      random.nextBytes(payload);
      CanFrame frame = new CanFrame().set(0, 5 + message, CanFrame.FD, payload, 0, payload.length);
      assertTrue(plan.read(frame, reading));
      List<String> wanted = plan.messages().get(message).signals().stream()
          .filter(signal -> signal.bytesNeeded() <= payload.length)
          .map(signal -> signal.name() + "=" + BitWalk.raw(frame, signal))
          .toList();
      List<String> found = java.util.stream.IntStream.range(0, reading.size())
          .mapToObj(i -> reading.signal(i).name() + "=" + reading.rawBits(i))
          .toList();
      assertEquals(wanted, found);
    }
  }

  @Test
  void allIsOkJustWhereEachValueIs() {
    String text = """
        BO_ 2566844926 Engine: 8 A
         SG_ Two : 0|2@1+ (1,0) [0|0] "" A
         SG_ Five : 2|5@1+ (1,0) [0|0] "" A
         SG_ Byte : 8|8@1+ (1,0) [0|250] "" A
         SG_ Word : 16|16@1+ (1,0) [0|0] "" A
         SG_ Signed : 32|16@1- (1,0) [0|0] "" A
        """;
    String attribute = """
        BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN","ExtendedCAN","reserved","J1939PG";
        BA_DEF_DEF_ "VFrameFormat" "J1939PG";
        """;
    DbcPlan plan = plan(text + attribute);
    assertTrue(plan.hasJ1939());
    DbcReading reading = plan.newReading();
    Random random = new Random(5);
    int ok = 0;
    for (int round = 0; round < 2_000; round++) {
      byte[] payload = new byte[8];
      random.nextBytes(payload);
      plan.read(new CanFrame().set(0, 0x18FEF1FE, CanFrame.EXTENDED, payload, 0, 8), reading);
      boolean each = true;
      for (int i = 0; i < reading.size(); i++) {
        each &= reading.quality(i) == Quality.OK;
      }
      assertEquals(each, plan.message(0).plan().isAllOk(reading, true));
      assertTrue(plan.message(0).plan().isAllOk(reading, false));
      ok += each ? 1 : 0;
    }
    assertTrue(ok > 500 && ok < 1_500, ok + " ok");
  }

  @Test
  void everyLayoutOfEveryLengthEqualsTheBitWalk() {
    StringBuilder text = new StringBuilder("BO_ 5 M: 64 A\n");
    for (int bits = 1; bits <= 64; bits++) {
      for (int start = 0; start < 512; start += 1 + start / 97) {
        for (String order : List.of("1+", "1-", "0+", "0-")) {
          String name = "S" + bits + "_" + start + (order.charAt(0) == '1' ? "L" : "B")
              + (order.charAt(1) == '+' ? "U" : "S");
          text.append(String.format(
              Locale.ROOT, " SG_ %s : %d|%d@%s (1,0) [0|0] \"\" A%n", name, start, bits, order));
        }
      }
    }
    DbcPlan plan = plan(text.toString());
    DbcReading reading = plan.newReading();
    Random random = new Random(42);
    long compared = 0;
    for (int round = 0; round < 20; round++) {
      byte[] payload = new byte[64 - (round > 12 ? round : 0)];
      random.nextBytes(payload);
      CanFrame frame = new CanFrame().set(0, 5, CanFrame.FD, payload, 0, payload.length);
      assertTrue(plan.read(frame, reading));
      for (int i = 0; i < reading.size(); i++) {
        assertEquals(
            BitWalk.raw(frame, reading.signal(i)),
            reading.rawBits(i),
            reading.signal(i).name());
        compared++;
      }
    }
    assertTrue(compared > 100_000, compared + " compared");
  }

  @ParameterizedTest
  @CsvSource({
    "0000, 0.0",
    "8000, -0.0",
    "3c00, 1.0",
    "c000, -2.0",
    "7bff, 65504.0",
    "0400, 0.00006103515625",
    "03ff, 0.00006097555160522461",
    "0001, 0.000000059604644775390625",
    "3555, 0.333251953125",
    "7c00, Infinity",
    "fc00, -Infinity",
    "7e00, NaN"
  })
  void halfPrecisionFollowsIeee754(String bits, double wanted) {
    assertEquals(wanted, MessagePlan.half(Integer.parseInt(bits, 16)));
  }

  // which message a frame is

  @Test
  void standardAndExtendedIdsAreDifferent() {
    DbcPlan plan = plan("""
        BO_ 100 Short: 1 A
         SG_ S : 0|8@1+ (1,0) [0|0] "" A
        BO_ 2147483748 Long: 1 A
         SG_ L : 0|8@1+ (1,0) [0|0] "" A
        """);
    assertEquals(List.of("S=1=1.0"), Dbc.decoded(plan, Dbc.frame(100, 0, "01")));
    assertEquals(List.of("L=1=1.0"), Dbc.decoded(plan, Dbc.frame(100, CanFrame.EXTENDED, "01")));
    assertEquals(List.of("unknown"), Dbc.decoded(plan, Dbc.frame(101, 0, "01")));
    assertEquals(List.of("unknown"), Dbc.decoded(plan, Dbc.frame(101, CanFrame.EXTENDED, "01")));
  }

  @Test
  void remoteAndErrorFramesAreNeverKnown() {
    DbcPlan plan = plan("BO_ 100 Short: 1 A\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" A\n");
    assertEquals(List.of("unknown"), Dbc.decoded(plan, Dbc.frame(100, CanFrame.REMOTE, "01")));
    assertEquals(List.of("unknown"), Dbc.decoded(plan, Dbc.frame(100, CanFrame.ERROR, "01")));
  }

  @ParameterizedTest
  @CsvSource({
    "18FEF1FE, WheelSpeed=25600=100.0", // as written
    "18FEF100, WheelSpeed=25600=100.0", // another sender
    "0CFEF131, WheelSpeed=25600=100.0", // another priority too
    "18FEF200, unknown", // another group
    "19FEF1FE, unknown", // the other data page
    "1CF00400, unknown",
  })
  void j1939MessageIsFoundByItsGroup(String id, String wanted) throws IOException {
    CanFrame frame = Dbc.frame(Integer.parseInt(id, 16), CanFrame.EXTENDED, "000064ffffffffff");
    assertEquals(wanted, Dbc.decoded(features(), frame).get(0).replace("ParkingBrake=0=0.0", ""));
  }

  @Test
  void j1939MessageToOneDestinationIsFoundForEveryDestination() {
    String text = """
        BA_DEF_ "ProtocolType" STRING ;
        BA_ "ProtocolType" "J1939";
        BO_ 2565865982 Broad: 1 A
         SG_ S : 0|8@1+ (1,0) [0|0] "" A
        """ // 18EFFFFE... PF EF
        + "BO_ 2348810495 Command: 1 A\n SG_ C : 0|8@1+ (1,0) [0|0] \"\" A\n"; // 0C0000FF
    DbcPlan plan = plan(text);
    int flags = CanFrame.EXTENDED;
    assertEquals(List.of("C=7=7.0"), Dbc.decoded(plan, Dbc.frame(0x0C00330B, flags, "07")));
    assertEquals(List.of("unknown"), Dbc.decoded(plan, Dbc.frame(0x0C01330B, flags, "07")));
  }

  @Test
  void senderDecidesWhereTwoMessagesHaveOneGroup() {
    String text = """
        BA_DEF_ "ProtocolType" STRING ;
        BA_ "ProtocolType" "J1939";
        BO_ 2364540158 Any: 1 A
         SG_ A : 0|8@1+ (1,0) [0|0] "" A
        """ // 0CF004FE
        + "BO_ 2364539907 Three: 1 A\n SG_ T : 0|8@1+ (1,0) [0|0] \"\" A\n"; // 0CF00403
    DbcPlan plan = plan(text);
    int flags = CanFrame.EXTENDED;
    assertEquals(List.of("T=7=7.0"), Dbc.decoded(plan, Dbc.frame(0x18F00403, flags, "07")));
    assertEquals(List.of("A=7=7.0"), Dbc.decoded(plan, Dbc.frame(0x18F00404, flags, "07")));
  }

  // identifiers by a mask

  /** GMLAN: priority 3 bits, parameter 13, sender 13: 0x10202040 is parameter 101h of sender 40h. */
  private static final String GMLAN = """
      BO_ 2418024512 Engine: 2 A
       SG_ E : 0|8@1+ (1,0) [0|0] "" A
      BO_ 2418032704 Doors: 2 A
       SG_ D : 0|8@1+ (1,0) [0|0] "" A
      BO_ 64 Short: 2 A
       SG_ S : 0|8@1+ (1,0) [0|0] "" A
      """;

  private DbcPlan masked(String text, int mask) {
    DbcOptions options = new DbcOptions(
        DbcOptions.Encoding.AUTO, true, DbcOptions.J1939.AUTO, DbcOptions.Nmea2000.AUTO, mask);
    return DbcPlan.of(List.of(Dbc.read("VERSION \"\"\n" + text, options, faults)), faults);
  }

  @ParameterizedTest
  @CsvSource({
    "10202040, E=7=7.0", // as written
    "10202097, E=7=7.0", // another sender
    "0C202060, E=7=7.0", // another priority too
    "10203FFF, E=7=7.0", // all 13 bits of the sender
    "10204060, D=7=7.0",
    "10206040, unknown", // another parameter
    "00000040, unknown" // 11 bits are no 29
  })
  void messageIsFoundByTheBitsOfTheMask(String id, String wanted) {
    CanFrame frame = Dbc.frame(Integer.parseInt(id, 16), CanFrame.EXTENDED, "0700");
    assertEquals(List.of(wanted), Dbc.decoded(masked(GMLAN, 0x03FFE000), frame));
    assertEquals(
        List.of("S=7=7.0"), Dbc.decoded(masked(GMLAN, 0x03FFE000), Dbc.frame(64, 0, "0700")));
    assertEquals(List.of(), faults.warnings());
  }

  @Test
  void withoutAMaskOnlyTheExactIdentifierIsKnown() {
    int flags = CanFrame.EXTENDED;
    DbcPlan plan = plan(GMLAN);
    assertEquals(List.of("E=7=7.0"), Dbc.decoded(plan, Dbc.frame(0x10202040, flags, "0700")));
    assertEquals(List.of("unknown"), Dbc.decoded(plan, Dbc.frame(0x10202097, flags, "0700")));
  }

  @Test
  void exactIdentifierGoesBeforeTheMaskAndTwoOfOneMaskAreTold() {
    String text = GMLAN + "BO_ 2418024599 EngineToo: 2 A\n SG_ T : 0|8@1+ (1,0) [0|0] \"\" A\n";
    DbcPlan plan = masked(text, 0x03FFE000);
    int flags = CanFrame.EXTENDED;
    assertEquals(List.of("T=7=7.0"), Dbc.decoded(plan, Dbc.frame(0x10202097, flags, "0700")));
    assertEquals(List.of("E=7=7.0"), Dbc.decoded(plan, Dbc.frame(0x10202098, flags, "0700")));
    assertEquals(
        List.of("x.dbc:8:1: message EngineToo has id 0x10202097, which the mask 03FFE000 makes one"
            + " with 0x10202040 of Engine in x.dbc:2:1: what is neither id exactly is decoded as"
            + " the first one"),
        faults.warnings().stream().map(Fault::toString).toList());
  }

  // frames that are a part of their message

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // length, flags of the frame, bytes, what else the file says | whether it is a part
        "9  | 0  | 8 | ''                              | true",
        "43 | 0  | 8 | ''                              | true",
        "43 | 0  | 3 | ''                              | true",
        "43 | 4  | 8 | ''                              | false", // came as CAN FD
        "43 | 128 | 8 | ''                             | false", // was joined
        "43 | 0  | 43 | ''                             | false",
        "8  | 0  | 8 | ''                              | false",
        "8  | 0  | 3 | ''                              | false",
        "12 | 0  | 8 | ''                              | false", // lengths of CAN FD
        "64 | 0  | 8 | ''                              | false",
        "65 | 0  | 8 | ''                              | true",
        "1785 | 0 | 8 | ''                             | true",
        "43 | 0  | 8 | 'BA_ \"BusType\" \"CAN FD\";'     | false",
        "43 | 0  | 8 | 'BA_ \"BusType\" \"CANFD\";'      | false",
        "43 | 0  | 8 | 'BA_ \"BusType\" \"CAN\";'        | true",
        "100 | 0 | 8 | 'BA_ \"BusType\" \"CAN FD\";'     | true", // more than CAN FD carries
        "43 | 0  | 8 | 'BA_ \"VFrameFormat\" BO_ ID 14;' | false",
        "43 | 0  | 8 | 'BA_ \"VFrameFormat\" BO_ ID 15;' | false",
        "43 | 0  | 8 | 'BA_ \"VFrameFormat\" BO_ ID 1;'  | true",
        "43 | 0  | 8 | 'BA_ \"VFrameFormat\" BO_ ID 3;'  | true",
        "43 | 0  | 7 | 'BA_ \"VFrameFormat\" BO_ ID 3;'  | false", // a short message of J1939
        "64 | 0  | 8 | 'BA_ \"VFrameFormat\" BO_ ID 3;'  | true",
        "64 | 0  | 8 | 'BA_ \"ProtocolType\" \"J1939\";' | true",
        "64 | 0  | 7 | 'BA_ \"ProtocolType\" \"NMEA 2000\";' | true",
      })
  void frameOfALongerMessageHasSignalsOnlyIfItCanBeTheWhole(
      int lengthBytes, int flags, int frameBytes, String more, boolean isPart) {
    String text = String.format("""
        BO_ 2566841342 Long: %d A
         SG_ First : 0|8@1+ (1,0) [0|0] "" A
        BA_DEF_ "BusType" STRING ;
        BA_DEF_ "ProtocolType" STRING ;
        BA_DEF_ BO_ "VFrameFormat" INT 0 15;
        %s
        """, lengthBytes, more.replace("ID", "2566841342"));
    DbcPlan plan = plan(text);
    CanFrame frame = new CanFrame(1785)
        .set(0, 0x18FEE3FE, flags | CanFrame.EXTENDED, new byte[frameBytes], 0, frameBytes);
    DbcReading reading = plan.newReading();
    assertTrue(plan.read(frame, reading));
    assertEquals(isPart, reading.isPart());
    assertEquals(isPart ? 0 : 1, reading.size());
    // what was said of one frame must not stick to the next
    assertTrue(plan.read(frame.begin(0, 0x18FEE3FE, CanFrame.FD | CanFrame.EXTENDED, 8), reading));
    assertFalse(reading.isPart());
  }

  @Test
  void multiplexedFrameOf11BitsThatIsAPartHasNoUnknownBranch() {
    DbcPlan plan = plan("""
        BO_ 1960 Diagnostic: 21 A
         SG_ Page M : 0|8@1+ (1,0) [0|0] "" A
         SG_ In m1 : 8|8@1+ (1,0) [0|0] "" A
        """);
    DbcReading reading = plan.newReading();
    assertTrue(plan.read(Dbc.frame(0x7A8, 0, "1015620100000000"), reading));
    assertTrue(reading.isPart());
    assertFalse(reading.isUnknownBranch() || reading.isShort());
    assertEquals(0, reading.size());
  }

  @Test
  void firstFileWinsAndTheConflictIsTold() {
    DbcPlan plan = plan("BO_ 100 One: 1 A\n SG_ A : 0|8@1+ (1,0) [0|0] \"\" A\n", """
        BO_ 100 Two: 1 A
         SG_ B : 0|8@1+ (1,0) [0|0] "" A
        BO_ 101 One: 1 A
         SG_ C : 0|8@1+ (1,0) [0|0] "" A
        """);
    assertEquals(List.of("A=1=1.0"), Dbc.decoded(plan, Dbc.frame(100, 0, "01")));
    assertEquals(
        List.of(
            "x.dbc:2:1: message Two has id 0x064, as One in x.dbc:2:1: the first one is decoded",
            "x.dbc:4:1: message One is there twice: this one is called One#2"),
        faults.warnings().stream().map(Fault::toString).toList());
    assertEquals("One#2", plan.message(1).group());
  }

  @Test
  void messageOver64BytesLoadsAndGivesWhatAFrameHolds() throws IOException {
    DbcPlan plan = features();
    CanFrame frame = Dbc.frame(0x18EFFFFE, CanFrame.EXTENDED, "2a");
    assertTrue(faults.warnings().toString().contains("Text has 1600 bits; want 1..64: left out"));
    assertFalse(Dbc.decoded(plan, frame).isEmpty());
  }

  @Test
  void signalsThatHangOnOneLeftOutAreLeftOutToo() {
    DbcPlan plan = plan("""
        BO_ 100 M: 1 A
         SG_ Page M : 8|8@1+ (1,0) [0|0] "" A
         SG_ In m1 : 0|8@1+ (1,0) [0|0] "" A
         SG_ S : 0|8@1+ (1,0) [0|0] "" A
        """);
    assertEquals(List.of("S=1=1.0"), Dbc.decoded(plan, Dbc.frame(100, 0, "0101")));
  }
}
