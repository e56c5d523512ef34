package dev.caravan.agent.encode.columns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.caravan.agent.encode.Payload;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random batches have the bytes that the encoder of commit c6f798c gave, which added one sample after the other and compared
 * the times of all signals: SHA-256, its first half, of bodies and schemas of ten seeds, in the encoding that does not change, not compressed.
 */
class FrozenBatchesTest {
  private static final int SEEDS = 10;
  private static final TelemetrySettings FORM =
      new TelemetrySettings(1_000_000_000L, 1_000_000, 4 << 20, 0, false, false);

  private static String digest(int first, boolean isApart) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int seed = first; seed < first + SEEDS; seed++) {
      Workbench bench = new Workbench(FORM);
      RandomBatches batches = new RandomBatches(seed, bench, isApart);
      for (int i = 0; i < 3; i++) {
        batches.fill(1 + seed * 11 * i);
        Payload payload = bench.close();
        digest.update(payload.body().toArray());
        digest.update(payload.schema().content().toArray());
      }
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 899ad64db3494c70e33c9d92920846ce",
    "10, a9cfde2277e42d2f30e1f751fececcc5",
    "20, e140a8c9563f8353e7d2fdc06271e074",
    "30, 432db80ca575a1c5fc8d5af1378e4128",
    "40, 2c390bd737c45777473c8dbbdee892f4",
    "50, 01a0b8d162fd4cc3da2f73246e83cce2",
    "60, 13b493370b614daeab24cfcd7e8be380",
    "70, 2696c8371a08a57afcf9d2e54ea2bf49",
    "80, fea303db51f92e5a22166cb75dbfd708",
    "90, 84253e303f5532f5ffdfdf5c7d4cce32",
    "100, 583bfabcfabbca65fb6a43a76a95bc9c",
    "110, ee214a9d22d2cb31a01d07eb463c36e4",
    "120, 8904b2a724a152dce0fae3fbea869840",
    "130, 713f7bfde76e28f0fbb3c906fc082f29",
    "140, 1610247ce5070b43764872286898baf0",
    "150, 27f285ad136c7def836b53b43f7bbbaa",
    "160, 7666c27a0499a3be1c5abc31fe3d5fef",
    "170, 599191523c189384fc8819004c78d1ee",
    "180, 23ba0acc7b88f46ea01a89c52441a161",
    "190, 67a7f5a5cfd4e9ecc8b2b10f040939ad"
  })
  void bytesAreThoseOfBefore(int first, String wanted) throws Exception {
    assertEquals(wanted, digest(first, false));
    assertEquals(wanted, digest(first, true));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void samplesInGroupsHaveTheBytesOfSamplesApart(int seed) {
    Workbench together = new Workbench(Workbench.EXACT);
    Workbench apart = new Workbench(Workbench.EXACT);
    RandomBatches groups = new RandomBatches(seed, together, false);
    RandomBatches samples = new RandomBatches(seed, apart, true);
    for (int i = 1; i < 20; i++) {
      groups.fill(i * i * 3);
      samples.fill(i * i * 3);
      Payload of = together.close();
      Payload wanted = apart.close();
      assertArrayEquals(wanted.body().toArray(), of.body().toArray());
      assertEquals(wanted.schema(), of.schema());
    }
  }
}
