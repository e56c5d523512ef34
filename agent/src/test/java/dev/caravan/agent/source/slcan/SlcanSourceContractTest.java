package dev.caravan.agent.source.slcan;

import dev.caravan.agent.clock.SystemTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.source.Source;
import dev.caravan.agent.source.StreamContractTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

class SlcanSourceContractTest extends StreamContractTest {
  @Override
  protected Stream stream() {
    ScriptedAdapter adapter = new ScriptedAdapter(ScriptedAdapter::lawicel);
    Health health = new Health();
    Source source =
        new SlcanSource(SlcanSourceIT.settings(adapter.device()), new SystemTimeline(), health);
    return new Stream(source, health, adapter::send, adapter::close);
  }

  @Override
  protected byte[] capture() {
    return "t1F03A1B2C30010\rT18FEF100212340011\r\rr7DF80012\rt123800112233445566770013\r"
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  protected List<String> frames() {
    return List.of("1F0#a1b2c3", "18FEF100#1234", "7DF#R8", "123#0011223344556677");
  }
}
