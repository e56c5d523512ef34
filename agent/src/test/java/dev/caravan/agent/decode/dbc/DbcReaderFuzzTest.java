package dev.caravan.agent.decode.dbc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.caravan.agent.config.Faults;
import dev.caravan.agent.source.CanFrame;
import java.util.List;

/** Any bytes are read as a DBC file and decode frames, or are told as faults. */
class DbcReaderFuzzTest {
  @FuzzTest(maxDuration = "3m")
  void anyBytesAreReadAndDecode(byte[] data) {
    Faults faults = new Faults();
    DbcPlan plan = DbcPlan.of(List.of(Dbc.read(data, DbcOptions.TOLERANT, faults)), faults);
    DbcReading reading = plan.newReading();
    for (DbcMessage message : plan.messages()) {
      int flags = message.extended() ? CanFrame.EXTENDED : 0;
      for (int length : new int[] {0, 8, 64}) {
        byte[] payload = new byte[length];
        for (int i = 0; i < length; i++) {
          payload[i] = data[i % data.length];
        }
        plan.read(new CanFrame().set(0, message.id(), flags, payload, 0, length), reading);
        for (int i = 0; i < reading.size(); i++) {
          DbcSignal signal = reading.signal(i);
          assertTrue(signal.bytesNeeded() <= length, signal.where());
          reading.value(i);
          reading.label(i);
          reading.quality(i);
        }
      }
    }
  }
}
