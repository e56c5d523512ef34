package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.broker.LoopbackBroker;
import dev.caravan.agent.uplink.Outlet;
import dev.caravan.agent.uplink.Uplink;
import dev.caravan.agent.uplink.UplinkContractTest;
import java.io.IOException;
import java.util.List;

class MqttUplinkContractIT extends UplinkContractTest {
  @Override
  protected FarSide farSide() throws IOException {
    LoopbackBroker broker = new LoopbackBroker(0);
    Tail tail = new Tail(broker.url(), Rig.DATA);
    Rig rig = new Rig(Tail.settings("url: " + broker.url()), "cloud", false, 0);
    return new FarSide() {
      @Override
      public Uplink uplink() {
        return rig.uplink;
      }

      @Override
      public Outlet outlet() {
        return rig.outlet;
      }

      @Override
      public List<Long> arrived() {
        return tail.sequences().stream().distinct().toList();
      }

      @Override
      public void withholdAnswers(boolean on) {
        broker.faults().withholdPubacks(on);
      }

      @Override
      public void refuseForGood(boolean on) {
        broker.faults().refusePubacks(on ? 0x99 : 0);
      }

      @Override
      public void refuseForNow(boolean on) {
        broker.faults().refusePubacks(on ? 0x97 : 0);
      }

      @Override
      public void cut() {
        broker.cut();
      }

      @Override
      public void close() {
        tail.close();
        broker.close();
      }
    };
  }
}
