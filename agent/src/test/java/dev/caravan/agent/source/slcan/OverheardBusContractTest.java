package dev.caravan.agent.source.slcan;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.StreamContractTest;
import dev.caravan.agent.source.diagnostic.UnitIds;
import dev.caravan.agent.source.isotp.IsoTpSettings;
import dev.caravan.agent.source.isotp.IsoTpSource;
import java.util.List;
import java.util.Optional;

/** An ISO-TP source over an adapter: ISO 15765-2 by hand, a request to everyone and an answer of two frames. */
class OverheardBusContractTest extends StreamContractTest {
  @Override
  protected Stream stream() {
    ScriptedAdapter adapter = new ScriptedAdapter(ScriptedAdapter::lawicel);
    Health health = new Health();
    SlcanSource bus =
        new SlcanSource(SlcanSourceIT.settings(adapter.device()), new SystemTimeline(), health);
    IsoTpSettings settings =
        new IsoTpSettings(false, 150_000_000L, UnitIds.BY_RULE, Optional.empty());
    return new Stream(
        IsoTpSource.overhearing(bus, Optional.of(settings), health),
        health,
        adapter::send,
        adapter::close);
  }

  @Override
  protected byte[] capture() {
    return ("t7DF8020902CCCCCCCCCC0010\r"
            + "t7E88100A4902014142430011\r"
            + "t7E08300000CCCCCCCCCC0012\r"
            + "t7E882144454647AAAAAA0013\r")
        .getBytes(US_ASCII);
  }

  @Override
  protected List<String> frames() {
    return List.of(
        "7DF#020902cccccccccc",
        "7E8#100a490201414243",
        "7E0#300000cccccccccc",
        "7E8#2144454647aaaaaa",
        "DiagnosticReply[ecu=2024, request=0902, outcome=POSITIVE, payload=49020141424344454647, isBare=false]");
  }
}
